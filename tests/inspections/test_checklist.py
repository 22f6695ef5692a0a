"""Checklists apply by the day of the visit, and by the kind of entity."""

from datetime import date

import pytest

from inspections.models import ChecklistItem, ChecklistVersion


@pytest.fixture
def version(world):
    return ChecklistVersion.objects.get(checklist__code="XS")


@pytest.mark.parametrize(
    ("day", "last"), [(date(2024, 9, 2), "XS-04"), (date(2025, 8, 31), "XS-04"), (date(2025, 9, 1), "XS-05")]
)
def test_a_point_appears_on_the_day_its_rule_comes_into_force(version, day, last):
    assert version.items_on(day)[-1].code == last


def test_a_point_disappears_after_the_last_day_of_its_rule(version):
    ChecklistItem.objects.filter(code="XS-01").update(in_force_to=date(2024, 9, 2))
    assert version.items_on(date(2024, 9, 2))[0].code == "XS-01"
    assert version.items_on(date(2024, 9, 3))[0].code == "XS-02"


def test_a_point_may_concern_some_kinds_only(version):
    ChecklistItem.objects.filter(code="XS-02").update(kinds=["online_seller"])
    day = date(2024, 9, 2)
    assert [item.code for item in version.items_on(day, "seller")] == ["XS-01", "XS-03", "XS-04"]
    assert len(version.items_on(day, "online_seller")) == len(version.items_on(day)) == 4


def test_the_version_of_the_visit_is_the_one_in_force_that_day(version):
    version.in_force_to = date(2024, 9, 1)
    version.save()
    second = version.checklist.versions.create(number=2, in_force_from=date(2024, 9, 2))
    find = ChecklistVersion.objects.for_visit
    assert find("seller", date(2023, 12, 31)) is None
    assert find("seller", date(2024, 1, 1)) == find("seller", date(2024, 9, 1)) == version
    assert find("seller", date(2024, 9, 2)) == second
    assert find("producer", date(2024, 9, 2)) is None


def test_suggestions_are_the_phrases_of_typical_hazards(version):
    item = version.items.first()
    assert item.suggestions == ["未张贴", "台账不全"]
    item.typical_hazard = ""
    assert item.suggestions == []
