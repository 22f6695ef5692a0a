"""Paging and counting a long list: `python -m bench.lists`, on a database of `load_scale`; only reads."""

import json

from bench.timing import in_turn, row

DEEP, PAGE = 100_000, 50


def measure() -> list[dict]:
    """A page far behind the first one, beside the first and beside OFFSET; a bounded count beside the whole."""
    from entities.paging import Count, KeyPage, terms_of
    from inspections.models import Campaign, Inspection

    visits = Inspection.objects.of_campaign(Campaign.objects.get()).submitted()
    terms = terms_of(Inspection, ["-inspected_on"])
    ordered = visits.order_by("-inspected_on", "-pk")
    deep = min(DEEP, visits.count() // 2)
    (boundary,) = ordered.values_list("pk", flat=True)[deep : deep + 1]

    def first():
        return KeyPage(visits, terms, {}, size=PAGE).records

    def far():
        return KeyPage(visits, terms, {"after": str(boundary)}, size=PAGE).records

    def offset():
        return list(ordered[deep + 1 : deep + 1 + PAGE])

    assert [visit.pk for visit in far()] == [visit.pk for visit in offset()]
    return [
        row(f"page {deep // PAGE:,} of a ledger", "its first page", *in_turn(first, far), "ms", most=2),
        row(f"page {deep // PAGE:,} of a ledger", "the same by OFFSET", *in_turn(offset, far), "ms", most=1),
        row(
            "how many there are, told to ten thousand", "COUNT(*)",
            *in_turn(lambda: visits.count(), lambda: str(Count.of(visits))), "ms", most=1,
        ),
    ]  # fmt: skip


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measure()))
