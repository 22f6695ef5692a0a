"""Reference data: written once, whatever the number of times; points appear only while their rule is in force."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from entities.models import Department, Region, Unit
from inspections.models import Campaign, Checklist, ChecklistItem, ChecklistVersion, HazardCategory, Holiday
from tests.demo_city import empty_city


@pytest.fixture
def reference(db):
    empty_city()
    call_command("load_reference", verbosity=0)


def test_loading_twice_changes_nothing(reference):
    before = Unit.objects.count(), ChecklistItem.objects.count(), Holiday.objects.count()
    call_command("load_reference", verbosity=0)
    assert before == (Unit.objects.count(), ChecklistItem.objects.count(), Holiday.objects.count())


def test_loading_twice_leaves_no_history_of_a_change_that_was_none(reference):
    kept = [Region, Department, Unit, Checklist, ChecklistItem, Holiday]
    before = [model.history.count() for model in kept]
    call_command("load_reference", verbosity=0)
    assert before == [model.history.count() for model in kept]


def test_a_region_follows_the_official_list_again(reference):
    Region.objects.filter(code="431103").update(name="错名")
    call_command("load_reference", verbosity=0)
    assert Region.objects.get(code="431103").name == "冷水滩区"


def test_the_partners_have_an_office_in_the_city_and_in_every_county(reference):
    for department in ("fire", "police", "urban", "transport", "housing"):
        assert Unit.objects.filter(kind="partner", department=department).count() == 15
    assert Unit.objects.get(department="discipline").region_id == "4311"


def test_there_are_fourteen_counties_each_with_its_tile_bureau_and_stations(reference):
    counties = Region.objects.counties()
    assert counties.count() == 14
    assert counties.filter(tile_row=None).count() == 0
    for county in counties:
        assert Unit.objects.filter(region=county, kind="county_bureau").count() == 1
        assert Unit.objects.filter(region=county, kind="station").count() >= 2


def test_an_administrators_edit_survives(reference):
    ChecklistItem.objects.filter(code="XS-02").update(text="本市补充要求")
    Holiday.objects.filter(day=date(2024, 10, 1)).update(name="本地安排")
    Holiday.objects.filter(day=date(2024, 10, 12)).delete()
    Unit.objects.filter(code="431103-01").update(name="梅湾市场监管所")
    call_command("load_reference", verbosity=0)
    assert ChecklistItem.objects.get(code="XS-02").text == "本市补充要求"
    assert Holiday.objects.get(day=date(2024, 10, 1)).name == "本地安排"
    assert not Holiday.objects.filter(day=date(2024, 10, 12)).exists()
    assert Unit.objects.get(code="431103-01").name == "梅湾市场监管所"


@pytest.mark.parametrize("kind", ["producer", "parts_producer", "seller", "repair_shop", "online_seller"])
def test_a_check_of_2024_shows_no_point_that_rests_on_a_rule_of_2025(reference, kind):
    day = date(2024, 10, 31)
    items = ChecklistVersion.objects.for_visit(kind, day).items_on(day, kind)
    assert items
    assert not [item.code for item in items if "2025" in item.basis + item.text]
    assert not [item.code for item in items if "17761—2024" in item.basis + item.text]
    assert not [item.code for item in items if "GB 43854" in item.basis + item.text]  # in force the day after
    assert 6 <= sum(item.is_key_point for item in items) <= 12
    assert {item.category for item in items} <= set(HazardCategory.values)


def test_the_new_standard_replaces_the_old_one_on_its_day(reference):
    def codes(day):
        return {item.code for item in ChecklistVersion.objects.for_visit("seller", day).items_on(day, "seller")}

    assert "XS-14A" in codes(date(2025, 11, 30))
    assert "XS-14" not in codes(date(2025, 11, 30))
    assert "XS-14" in codes(date(2025, 12, 1))
    assert "XS-14A" not in codes(date(2025, 12, 1))


def test_a_point_with_a_new_rule_is_not_missing_before_it(reference):
    """The codes that end in A say what was asked before, and give way without a gap or an overlap."""
    for old in ChecklistItem.objects.filter(code__endswith="A"):
        new = ChecklistItem.objects.get(version=old.version, code=old.code[:-1])
        assert new.in_force_from == old.in_force_to + timedelta(days=1)


def test_what_only_vehicles_have_is_not_asked_of_a_maker_of_batteries(reference):
    def codes(kind):
        version = ChecklistVersion.objects.for_visit(kind, date(2024, 9, 2))
        return {item.code for item in version.items_on(date(2024, 9, 2), kind)}

    assert codes("producer") - codes("parts_producer") >= {"SC-02", "SC-13", "SC-14"}
    assert "SC-12" in codes("parts_producer")


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [(date(2024, 10, 1), False), (date(2024, 10, 12), True), (date(2025, 1, 1), False), (date(2025, 1, 26), True)],
)
def test_holidays_and_weekends_worked_instead_are_entered(reference, day, is_worked):
    assert Holiday.objects.get(day=day).is_worked == is_worked


def test_only_days_that_differ_from_the_week_are_entered(reference):
    for holiday in Holiday.objects.all():
        assert holiday.is_worked == (holiday.day.weekday() >= 5)
        assert holiday.name


def test_it_refuses_a_database_with_a_real_campaign(world):
    world.campaign.is_synthetic = False
    world.campaign.save()
    with pytest.raises(CommandError, match="real campaign"):
        call_command("load_demo", verbosity=0)
    assert Campaign.objects.count() == 1


def test_it_refuses_a_database_with_entities_of_somebody_else(world):
    with pytest.raises(CommandError, match="entities"):
        call_command("load_demo", verbosity=0)


def test_it_refuses_a_weak_password_and_writes_nothing(db, monkeypatch):
    empty_city()
    monkeypatch.setenv("DEMO_PASSWORD", "12345")
    with pytest.raises(CommandError, match="too weak"):
        call_command("load_demo", verbosity=0)
    assert not Campaign.objects.exists()
