"""Leads: entered, followed to what became of them, named by the visit and the case that looked into them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.models import Lead
from inspections.reference import load_deadlines
from tests.factories import make_case, make_inspection, make_lead, make_listing
from tests.world import TODAY

NEW = reverse("desk_new", args=["lead"])
SHEET = {"came_from": "complaint", "received_on": "2024-09-02", "text": "举报非法改装", "region": "431102"}


def page(client, officer, url, data=None):
    client.force_login(officer)
    return client.get(url) if data is None else client.post(url, data)


def deed(lead, name):
    return reverse("desk_deed", args=["lead", lead.pk, name])


def seen(lead, **entries):
    return {"on": "2024-09-02", "version": lead.version} | entries


def test_a_lead_is_entered_with_or_without_its_entity(client, world):
    assert page(client, world.clerk, NEW, SHEET).status_code == 302
    assert page(client, world.clerk, NEW, SHEET | {"entity": world.shop.name}).status_code == 302
    named, unknown = Lead.objects.order_by("-pk")
    assert (unknown.entity, unknown.region, unknown.status) == (None, world.county, "received")
    assert (named.entity, named.entity_kind) == (world.shop, "seller")


def test_a_sales_page_gives_a_lead(client, world):
    listing = make_listing(world)
    url = f"{NEW}?listing={listing.pk}"
    assert page(client, world.clerk, url).context["form"].initial["came_from"] == "online"
    assert page(client, world.clerk, url, SHEET | {"came_from": "online"}).status_code == 302
    assert Lead.objects.get().entity == world.shop


def test_what_is_refused_stays_typed(client, world):
    refused = page(client, world.clerk, NEW, SHEET | {"received_on": "2030-01-01"})
    assert refused.status_code == 422 and refused.context["form"].errors["received_on"]
    assert "举报非法改装" in refused.content.decode() and not Lead.objects.exists()


def test_a_visit_handles_a_lead_and_both_pages_say_so(client, world):
    lead, visit = make_lead(world), make_inspection(world)
    elsewhere = make_inspection(world, entity=world.repair_shop)
    form = page(client, world.manager, deed(lead, "handle")).context["form"]
    assert list(form.fields["inspection"].queryset) == [visit]
    assert page(client, world.manager, deed(lead, "handle"), seen(lead, inspection=elsewhere.pk)).status_code == 422
    assert page(client, world.manager, deed(lead, "handle"), seen(lead, inspection=visit.pk)).status_code == 302
    lead.refresh_from_db()
    assert (lead.status, lead.handled_by, lead.closed_on) == ("handled", visit, TODAY)
    assert lead.get_absolute_url() in page(client, world.inspector, visit.get_absolute_url()).content.decode()
    assert visit.get_absolute_url() in page(client, world.inspector, lead.get_absolute_url()).content.decode()


def test_a_case_names_the_lead_and_the_lead_its_case(client, world):
    lead = make_lead(world)
    case = make_case(world, came_from="lead", lead=lead)
    assert lead.get_absolute_url() in page(client, world.manager, case.get_absolute_url()).content.decode()
    assert case.get_absolute_url() in page(client, world.manager, lead.get_absolute_url()).content.decode()
    lead.handle(by=world.manager, on=TODAY)  # the case is what became of it
    assert lead.status == "handled"


def test_nothing_is_handled_without_a_word(client, world):
    lead = make_lead(world)
    refused = page(client, world.manager, deed(lead, "handle"), seen(lead))
    assert refused.status_code == 422 and refused.context["form"].errors["outcome"]
    with pytest.raises(ValidationError):
        lead.handle(by=world.manager, inspection=make_inspection(world, inspected_on=date(2024, 9, 1)), on=TODAY)
    lead.refresh_from_db()
    assert lead.status == "received"


def test_a_lead_is_unfounded_or_passed_on(client, world):
    load_deadlines()
    empty, other = make_lead(world), make_lead(world, text="店内充电")
    page(client, world.manager, deed(empty, "find_unfounded"), seen(empty, reason="现场核查未发现"))
    page(client, world.manager, deed(other, "pass_on"), seen(other, to="消防救援大队", reason="属消防职责"))
    empty.refresh_from_db(), other.refresh_from_db()
    assert (empty.status, empty.outcome, empty.deadlines.get().met_on) == ("unfounded", "现场核查未发现", TODAY)
    assert (other.status, other.passed_to, other.deadlines.get().dropped_on) == ("passed_on", "消防救援大队", TODAY)
    assert not Lead.objects.open().exists()


def test_who_may_not_gets_403_and_strangers_404(client, world):
    lead = make_lead(world)
    for name in ("handle", "find_unfounded", "pass_on"):
        assert page(client, world.leader, deed(lead, name)).status_code == 403
        assert page(client, world.stranger, deed(lead, name)).status_code == 404
    assert page(client, world.leader, NEW).status_code == 403


def test_a_lead_is_not_closed_before_it_came(client, world):
    lead = make_lead(world)
    refused = page(client, world.manager, deed(lead, "pass_on"), seen(lead, on="2024-09-01", to="消防"))
    assert refused.status_code == 422 and refused.context["form"].errors["on"]
