"""Reference data: written once, whatever the number of times; points appear only while their rule is in force."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from entities.models import Region, Unit
from inspections.models import Campaign, ChecklistItem, ChecklistVersion, Holiday
from tests.demo_city import empty_city


@pytest.fixture
def reference(db):
    empty_city()
    call_command("load_reference", verbosity=0)


def test_loading_twice_changes_nothing(reference):
    before = Unit.objects.count(), ChecklistItem.objects.count(), Holiday.objects.count()
    call_command("load_reference", verbosity=0)
    assert before == (Unit.objects.count(), ChecklistItem.objects.count(), Holiday.objects.count())


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
    call_command("load_reference", verbosity=0)
    assert ChecklistItem.objects.get(code="XS-02").text == "本市补充要求"
    assert Holiday.objects.get(day=date(2024, 10, 1)).name == "本地安排"


@pytest.mark.parametrize("kind", ["producer", "parts_producer", "seller", "repair_shop", "online_seller"])
def test_a_check_of_2024_shows_no_point_that_rests_on_a_rule_of_2025(reference, kind):
    day = date(2024, 10, 31)
    items = ChecklistVersion.objects.for_visit(kind, day).items_on(day, kind)
    assert items
    assert not [item.code for item in items if "2025" in item.basis + item.text.replace("2025-11-30前", "")]
    assert any(item.is_key_point for item in items)


def test_the_new_standard_replaces_the_old_one_on_its_day(reference):
    def codes(day):
        return {item.code for item in ChecklistVersion.objects.for_visit("seller", day).items_on(day, "seller")}

    assert "XS-14A" in codes(date(2025, 11, 30))
    assert "XS-14" not in codes(date(2025, 11, 30))
    assert "XS-14" in codes(date(2025, 12, 1))
    assert "XS-14A" not in codes(date(2025, 12, 1))


def test_it_refuses_a_database_with_a_real_campaign(world):
    world.campaign.is_synthetic = False
    world.campaign.save()
    with pytest.raises(CommandError, match="real campaign"):
        call_command("load_demo", verbosity=0)
    assert Campaign.objects.count() == 1


def test_it_refuses_a_database_with_entities_of_somebody_else(world):
    with pytest.raises(CommandError, match="entities"):
        call_command("load_demo", verbosity=0)
