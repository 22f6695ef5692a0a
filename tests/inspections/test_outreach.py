"""The watch over sales pages."""

from datetime import date

from inspections.models import ListingCheck
from tests.factories import make_listing, make_listing_check


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
