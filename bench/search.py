"""How long the search over the register takes, beside a fetch by key and a plain LIKE: `python -m bench.search`.

On the database that DATABASE_URL names, which holds entities already (`manage.py load_scale`); only reads. Every needle is cut from
an entity that is there, so that something is found.
"""

import json

from bench.timing import in_turn, row

RUNS = 15
FIRST = 50
TIMES_A_FETCH = 10


def measure() -> list[dict]:
    """For each needle fifty that it finds, as they come and in order, beside a fetch by key; one row compares all with LIKE's."""
    from django.db.models import Max, Min

    from entities.models import Entity

    ends = Entity.objects.aggregate(first=Min("pk"), last=Max("pk"))
    some = Entity.objects.filter(pk__gte=(ends["first"] + ends["last"]) // 2).order_by("pk")[0]
    rows = []
    for how, order in (("", ()), (", in the list's order", ("region_id", "name", "pk"))):
        for what, needle in needles(some).items():
            taken = in_turn(lambda: Entity.objects.get(pk=some.pk), lambda n=needle, o=order: _first(n, o), RUNS)
            rows.append(row(f"{FIRST} entities by {what}{how}", "fetch by key", *taken, "ms", most=TIMES_A_FETCH))
    return [*rows, _as_like(some.name[2:4])]


def needles(entity) -> dict[str, str]:
    """What is typed to find that entity."""
    return {
        "2 Chinese characters": entity.name[2:4],
        "4 Chinese characters": entity.name[:4],
        "its whole name": entity.name,
        "its initials": entity.initials,
        "8 characters of its credit code": entity.credit_code[-9:-1].lower(),
        "its phone": entity.phone,
        "two parts": f"{entity.name[:2]} {entity.phone[-4:]}",
        "a word of every second name": "车行",
        "what is nowhere": "龘靐",
    }


def _first(needle, order):
    from entities.models import Entity

    return list(Entity.objects.matching(needle).order_by(*order).values_list("pk", "name", "address")[:FIRST])


def _as_like(needle) -> dict:
    from entities.models import Entity
    from entities.search import matches, parts_of

    found, read = [], []
    plain = Entity.objects.filter(matches(parts_of(needle), by_index=False)).order_by()
    taken = in_turn(
        lambda: read.append(set(plain.values_list("pk", flat=True))),
        lambda: found.append(set(Entity.objects.matching(needle).order_by().values_list("pk", flat=True))),
        3,
    )
    told = row("all that 2 Chinese characters find", "the same by LIKE alone", *taken, "ms", most=1)
    return told | {"passes": told["passes"] and found[-1] == read[-1]}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measure()))
