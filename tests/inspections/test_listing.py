"""The watch over sales pages."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from inspections.models import Listing, ListingCheck
from tests.factories import make_listing, make_listing_check, make_monitoring_run


def test_the_last_check_of_each_page_counts(world):
    listing, other = make_listing(world), make_listing(world, url="https://shop.invalid/2")
    make_listing_check(world, listing=listing, checked_on=date(2024, 8, 1))
    latest = make_listing_check(world, listing=listing, shows_notice=True)
    only = make_listing_check(world, listing=other)
    checks = ListingCheck.objects.latest_of_listing()
    assert set(checks) == {latest, only} and list(checks.showing_notice()) == [latest]


def test_of_two_checks_on_one_day_the_later_entered_counts(world):
    listing = make_listing(world)
    make_listing_check(world, listing=listing)
    second = make_listing_check(world, listing=listing, shows_notice=True)
    assert list(ListingCheck.objects.latest_of_listing()) == [second]


def test_a_check_takes_its_place_from_the_page(world):
    check = make_listing_check(world, by=world.administrator)
    assert (check.region, check.campaign) == (world.county, world.campaign)


def test_a_page_is_taken_down_with_its_day_and_found_again(world):
    listing = make_listing(world, found_on=date(2024, 8, 1))
    listing.remove(by=world.clerk, reason="平台已下架", on=date(2024, 8, 20))
    listing.refresh_from_db()
    assert (listing.status, listing.removed_on) == ("removed", date(2024, 8, 20))
    assert listing.history.first().history_change_reason == "平台已下架"
    listing.restore(by=world.clerk, reason="换标题重新上架")
    listing.refresh_from_db()
    assert (listing.status, listing.removed_on) == ("online", None)


@pytest.mark.parametrize("day", [date(2024, 7, 31), date(2024, 9, 3)])
def test_a_page_is_not_taken_down_before_it_was_found_nor_in_the_future(world, day):
    listing = make_listing(world, found_on=date(2024, 8, 1))
    with pytest.raises(ValidationError) as refused:
        listing.remove(by=world.clerk, reason="下架", on=day)
    assert set(refused.value.message_dict) == {"removed_on"}
    listing.refresh_from_db()
    assert listing.status == "online" and listing.history.count() == 1


def test_a_removal_says_how_one_knows(world):
    listing = make_listing(world)
    with pytest.raises(ValidationError):
        listing.remove(by=world.clerk, reason=" ")
    listing.remove(by=world.clerk, reason="下架")
    with pytest.raises(ValidationError):
        listing.restore(by=world.clerk, reason="")


def test_a_removed_page_waits_for_no_check_but_its_checks_stay(world):
    listing, waiting = make_listing(world), make_listing(world, url="https://shop.invalid/2")
    gone = make_listing(world, url="https://shop.invalid/3")
    check = make_listing_check(world, listing=listing, shows_notice=True)
    for page in (listing, gone):
        page.remove(by=world.clerk, reason="下架")
    assert list(Listing.objects.unchecked()) == list(Listing.objects.online()) == [waiting]
    assert list(ListingCheck.objects.latest_of_listing()) == [check]


def test_a_page_that_is_gone_is_not_checked_afterwards(world):
    listing = make_listing(world, found_on=date(2024, 8, 1))
    earlier = make_listing_check(world, listing=listing, checked_on=date(2024, 8, 10))
    listing.remove(by=world.clerk, reason="下架", on=date(2024, 8, 20))
    make_listing_check(world, listing=listing, checked_on=date(2024, 8, 20))
    with pytest.raises(ValidationError) as refused:
        make_listing_check(world, listing=listing, checked_on=date(2024, 8, 21))
    assert "checked_on" in refused.value.message_dict
    earlier.remarks = "补充"
    earlier.store(by=world.clerk)


def test_a_check_belongs_to_a_run_through_the_platform_of_its_page(world):
    run, other = make_monitoring_run(world), make_monitoring_run(world, platform="另一平台")
    listing = make_listing(world)
    assert make_listing_check(world, listing=listing, run=run).run == run
    with pytest.raises(ValidationError) as refused:
        make_listing_check(world, listing=listing, run=other)
    assert set(refused.value.message_dict) == {"run"}
