"""The pages of the watch over sales: rounds, pages, checks with their picture, pages that are gone."""

import pytest
from django.urls import reverse

from inspections.models import Evidence, Lead, Listing, ListingCheck, MonitoringRun
from tests.factories import make_listing, make_listing_check, make_monitoring_run, make_photo


def page(client, officer, url, data=None):
    client.force_login(officer)
    return client.get(url) if data is None else client.post(url, data)


def new(name, **query):
    return reverse("desk_new", args=[name], query=query)


def listing_entry(world, **changes):
    return {
        "entity": world.shop.name, "platform": "示例平台", "title": "电动车", "url": "https://shop.invalid/7",
        "found_on": "2024-09-01",
    } | changes  # fmt: skip


CHECK = {"shows_notice": "True", "checked_on": "2024-09-02"}


def test_a_run_is_entered_and_the_platforms_known_are_suggested(client, world):
    make_listing(world, platform="甲平台")
    make_monitoring_run(world, platform="乙平台")
    shown = page(client, world.clerk, new("monitoringrun")).content.decode()
    assert '<option value="甲平台">' in shown and '<option value="乙平台">' in shown
    entry = {"platform": "甲平台", "ran_on": "2024-09-02", "region": "431102", "pages_checked": "40"}
    entry |= {"shops_monitored": "9", "advertisements_blocked": "2"}
    assert page(client, world.clerk, new("monitoringrun"), entry).status_code == 302
    run = MonitoringRun.objects.get(platform="甲平台")
    assert (run.pages_checked, run.advertisements_blocked, run.created_by) == (40, 2, world.clerk)


def test_platforms_of_another_county_are_not_suggested(client, world):
    make_listing(world, by=world.administrator, entity=world.other_shop, platform="他县平台")
    assert "他县平台" not in page(client, world.clerk, new("listing")).content.decode()


def test_a_page_found_at_a_run_carries_its_platform_and_day(client, world):
    run = make_monitoring_run(world)
    url = new("listing", run=run.pk)
    form = page(client, world.clerk, url).context["form"]
    assert (form.initial["platform"], form.initial["found_on"]) == (run.platform, run.ran_on)
    assert page(client, world.clerk, url, listing_entry(world)).status_code == 302
    listing = Listing.objects.get()
    assert (listing.run, listing.entity, listing.region) == (run, world.shop, world.county)


def test_a_page_is_entered_once_and_what_was_typed_stays(client, world):
    make_listing(world, url="https://shop.invalid/7")
    refused = page(client, world.clerk, new("listing"), listing_entry(world))
    assert refused.status_code == 422 and set(refused.context["form"].errors) == {"url"}
    assert 'value="电动车"' in refused.content.decode() and Listing.objects.count() == 1
    refused = page(client, world.clerk, new("listing"), listing_entry(world, url="没有网址"))
    assert set(refused.context["form"].errors) == {"url"}


def test_a_check_of_a_page_takes_one_tap(client, world):
    listing = make_listing(world)
    response = page(client, world.inspector, new("listingcheck", listing=listing.pk), CHECK)
    assert response.status_code == 302 and response.url == listing.get_absolute_url()
    check = ListingCheck.objects.get()
    assert (check.listing, check.shows_notice, check.region) == (listing, True, world.county)


def test_it_must_be_said_whether_the_notice_is_there(client, world):
    url = new("listingcheck", listing=make_listing(world).pk)
    refused = page(client, world.inspector, url, {"checked_on": "2024-09-02"})
    assert set(refused.context["form"].errors) == {"shows_notice"} and not ListingCheck.objects.exists()


def test_a_missing_notice_is_proved_by_a_picture(client, world):
    url = new("listingcheck", listing=make_listing(world).pk)
    refused = page(client, world.inspector, url, CHECK | {"shows_notice": "False"})
    assert refused.status_code == 422 and set(refused.context["form"].errors) == {"files"}
    assert not ListingCheck.objects.exists()
    done = page(client, world.inspector, url, CHECK | {"shows_notice": "False", "files": make_photo()})
    assert done.status_code == 302
    check = ListingCheck.objects.get()
    assert not check.shows_notice and Evidence.objects.get().owner == check


def test_a_check_that_has_its_picture_is_corrected_without_another(client, world):
    check = make_listing_check(world)
    url = reverse("desk_change", args=["listingcheck", check.pk])
    entry = CHECK | {"shows_notice": "False", "remarks": "已通知", "version": check.version}
    assert page(client, world.clerk, url, entry).status_code == 422
    Evidence.attach(check, make_photo(), by=world.clerk)
    assert page(client, world.clerk, url, entry).status_code == 302


def test_at_a_run_only_its_platforms_pages_that_are_online_are_offered(client, world):
    run, listing = make_monitoring_run(world), make_listing(world)
    make_listing(world, url="https://shop.invalid/2", platform="另一平台")
    gone = make_listing(world, url="https://shop.invalid/3")
    gone.remove(by=world.clerk, reason="下架")
    make_listing(world, by=world.administrator, url="https://shop.invalid/4", entity=world.other_shop)
    url = new("listingcheck", run=run.pk)
    assert list(page(client, world.clerk, url).context["form"].fields["listing"].queryset) == [listing]
    assert page(client, world.clerk, url, CHECK | {"listing": gone.pk}).status_code == 422
    assert page(client, world.clerk, url, CHECK | {"listing": listing.pk}).status_code == 302
    assert ListingCheck.objects.get().run == run


@pytest.mark.parametrize("name", ["listing", "run"])
def test_a_check_does_not_begin_outside_the_scope(client, world, name):
    make = {"listing": make_listing, "run": make_monitoring_run}[name]
    changes = {"entity": world.other_shop} if name == "listing" else {"region": world.other_county}
    record = make(world, by=world.administrator, **changes)
    assert page(client, world.inspector, new("listingcheck", **{name: record.pk})).status_code == 404


def test_a_page_is_taken_down_and_back_on_its_own_page(client, world):
    listing = make_listing(world)
    remove, restore = (reverse("desk_deed", args=["listing", listing.pk, deed]) for deed in ("remove", "restore"))
    shown = page(client, world.clerk, listing.get_absolute_url()).content.decode()
    assert remove in shown and restore not in shown and new("listingcheck", listing=listing.pk) in shown
    entry = {"version": listing.version, "reason": "平台已下架", "on": "2024-09-02", "files": make_photo()}
    assert page(client, world.clerk, remove, entry).status_code == 302
    listing.refresh_from_db()
    assert listing.status == "removed" and Evidence.objects.get().owner == listing
    shown = page(client, world.clerk, listing.get_absolute_url()).content.decode()
    assert restore in shown and remove not in shown and new("listingcheck", listing=listing.pk) not in shown


def test_a_lead_begins_at_a_page_and_belongs_to_its_seller(client, world):
    listing = make_listing(world)
    url = new("lead", listing=listing.pk)
    assert url in page(client, world.inspector, listing.get_absolute_url()).content.decode()
    entry = {"came_from": "online", "received_on": "2024-09-02", "text": "页面演示解除限速"}
    assert page(client, world.inspector, url, entry).status_code == 302
    lead = Lead.objects.get()
    assert (lead.listing, lead.entity, lead.region) == (listing, world.shop, world.county)


def test_a_removal_before_the_page_was_found_is_refused_beside_its_day(client, world):
    listing = make_listing(world)
    url = reverse("desk_deed", args=["listing", listing.pk, "remove"])
    entry = {"version": listing.version, "reason": "平台已下架", "on": "2024-08-01"}
    refused = page(client, world.clerk, url, entry)
    assert refused.status_code == 422 and set(refused.context["form"].errors) == {"on"}
    assert "平台已下架" in refused.content.decode()
    listing.refresh_from_db()
    assert listing.status == "online"


def test_an_inspector_checks_pages_but_does_not_keep_the_list(client, world):
    listing = make_listing(world)
    assert page(client, world.inspector, new("listing")).status_code == 403
    assert (
        page(client, world.inspector, reverse("desk_deed", args=["listing", listing.pk, "remove"])).status_code == 403
    )
    assert page(client, world.inspector, new("monitoringrun")).status_code == 403
    assert page(client, world.leader, new("listingcheck", listing=listing.pk)).status_code == 403
