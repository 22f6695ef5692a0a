"""Orders to correct and letters at the desk."""

from datetime import date

import pytest
from django.urls import reverse

from inspections.models import Letter, Order
from tests.factories import make_hazard, make_inspection, make_order, make_photo, make_self_check
from tests.world import TODAY

NEW, LETTER = "/desk/order/new/", "/desk/letter/new/"


@pytest.fixture
def inspector(client, world):
    client.force_login(world.inspector)
    client.cookies["django_language"] = "en"
    return client


def order(**changes):
    return {"issued_on": TODAY.isoformat(), "due_on": "2024-09-20", "goods_off_sale": "0"} | changes


def test_an_order_of_a_visit_names_its_hazards_by_the_gravest_deadline(inspector, world):
    visit = make_inspection(world)
    grave = make_hazard(world, inspection=visit, severity="major")
    light = make_hazard(world, inspection=visit)
    other = make_hazard(world, inspection=make_inspection(world, entity=world.repair_shop))
    url = f"{NEW}?inspection={visit.pk}"
    form = inspector.get(url).context["form"]
    assert set(form.initial["hazards"]) == {grave.pk, light.pk} and other not in form.fields["hazards"].queryset
    assert form.initial["due_on"] == world.campaign.deadline("major", TODAY)
    values = order(hazards=[grave.pk], number="改1", goods_off_sale="3", closes_unlicensed="on")
    assert inspector.post(url, values).status_code == 302
    made = Order.objects.get()
    assert (made.inspection, made.entity, list(made.hazards.all())) == (visit, world.shop, [grave])
    assert (made.goods_off_sale, made.closes_unlicensed) == (3, True)
    assert inspector.post(url, order(hazards=[other.pk])).context["form"].errors["hazards"]


def test_an_order_of_single_hazards_needs_no_visit_and_can_be_printed(inspector, world):
    hazard = make_hazard(world, self_check=make_self_check(world), description="自查发现的问题")
    form = inspector.get(f"{NEW}?hazard={hazard.pk}").context["form"]
    assert form.initial["hazards"] == [hazard.pk] and "entity" not in form.fields
    inspector.post(f"{NEW}?hazard={hazard.pk}", order(hazards=[hazard.pk], demands="立即下架"))
    made = Order.objects.get()
    assert (made.inspection, made.entity, made.region) == (None, world.shop, world.county)
    paper = inspector.get(reverse("document", args=["order", made.pk])).content.decode()
    assert "自查发现的问题" in paper and "立即下架" in paper
    assert inspector.get(reverse("document_word", args=["order", made.pk])).status_code == 200


def test_an_order_by_itself_says_what_must_be_done(inspector, world):
    refused = inspector.post(NEW, order(entity=world.shop.name))
    assert refused.status_code == 422 and refused.context["form"].errors["demands"] and not Order.objects.exists()
    assert inspector.post(NEW, order(entity=world.shop.name, demands="停止销售")).status_code == 302
    paper = reverse("document", args=["order", Order.objects.get().pk])
    assert "停止销售" in inspector.get(paper).content.decode()


def test_an_order_is_changed_until_it_is_served(inspector, world):
    made, kept = make_order(world), make_hazard(world)
    made.hazards.add(kept)
    more = make_hazard(world, description="又一处")
    kept.withdraw(by=world.manager, reason="误登记")
    url = reverse("desk_change", args=["order", made.pk])
    form = inspector.get(url).context["form"]
    assert {kept, more} <= set(form.fields["hazards"].queryset) and "entity" not in form.fields
    values = order(hazards=[kept.pk, more.pk], number=made.number, due_on="2024-10-08", version=form.initial["version"])
    assert inspector.post(url, values).status_code == 302
    made.refresh_from_db()
    assert made.due_on == date(2024, 10, 8) and set(made.hazards.all()) == {kept, more}


def test_nothing_comes_from_a_voided_visit(inspector, world):
    visit = make_inspection(world)
    visit.void(by=world.manager, reason="重复")
    refused = inspector.post(f"{NEW}?inspection={visit.pk}", order(demands="改正"))
    assert "voided" in refused.content.decode() and not Order.objects.exists()


def test_the_deadline_is_not_before_the_day_of_issue(inspector, world):
    refused = inspector.post(NEW, order(entity=world.shop.name, demands="改正", due_on="2024-09-01"))
    assert refused.context["form"].errors["due_on"] and not Order.objects.exists()


def test_service_is_recorded_once_with_its_proof_among_the_scans(inspector, world):
    made = make_order(world)
    url = reverse("desk_deed", args=["order", made.pk, "serve"])
    early = inspector.post(url, {"how": "direct", "on": "2024-08-30", "version": made.version})
    assert early.context["form"].errors["on"]
    values = {"how": "left", "on": TODAY.isoformat(), "version": made.version, "files": make_photo()}
    assert inspector.post(url, values).status_code == 302
    made.refresh_from_db()
    assert (made.served_on, made.served_how, made.evidence.get().slot) == (TODAY, "left", "service")
    assert inspector.get(url).status_code == 302
    again = inspector.post(url, values | {"version": made.version, "files": make_photo()})
    assert again.status_code == 422 and made.evidence.count() == 1
    assert inspector.get(reverse("desk_change", args=["order", made.pk])).status_code == 302


def test_hazards_of_another_county_do_not_exist(client, world):
    hazard = make_hazard(world)
    client.force_login(world.stranger)
    for query in (f"hazard={hazard.pk}", "hazard=abc", f"inspection={hazard.inspection_id}"):
        assert client.get(f"{NEW}?{query}").status_code == 404
    client.force_login(world.leader)
    assert client.get(f"{NEW}?hazard={hazard.pk}").status_code == 403


def test_a_hazard_offers_an_order_while_it_is_pending(inspector, world):
    hazard = make_hazard(world)
    assert f"{NEW}?hazards={hazard.pk}" in inspector.get(hazard.get_absolute_url()).content.decode()


def letter(**changes):
    return {"kind": "reminder", "sent_on": TODAY.isoformat(), "text": "请落实主体责任", "region": "431103"} | changes


def test_a_reminder_goes_to_the_entity_and_lies_where_the_entity_is(inspector, world):
    values = letter(entity=world.shop.name, files=make_photo())
    assert inspector.post(LETTER, values | {"region": "431102"}).status_code == 302
    made = Letter.objects.get()
    assert (made.addressee, made.region, made.evidence.count()) == (world.shop.name, world.county, 1)
    assert made.entity_kind == "seller"


@pytest.mark.parametrize("changes", [{"kind": "certification_body"}, {"entity": ""}])
def test_a_letter_says_to_whom_it_goes(inspector, world, changes):
    refused = inspector.post(LETTER, letter(entity=world.shop.name, region="431102") | changes)
    assert refused.context["form"].errors["addressee"] and not Letter.objects.exists()
    named = letter(entity=world.shop.name, region="431102", addressee="某认证中心", number="函〔2024〕1号") | changes
    assert inspector.post(LETTER, named).status_code == 302


def test_a_letter_of_another_county_does_not_exist(client, world):
    client.force_login(world.stranger)
    refused = client.post(LETTER, letter(entity=world.shop.name))
    assert refused.context["form"].errors["entity"] and not Letter.objects.exists()
    assert client.get(f"{LETTER}?entity={world.shop.pk}").status_code == 404


def test_a_letter_is_not_sent_tomorrow(inspector, world):
    refused = inspector.post(LETTER, letter(entity=world.shop.name, region="431102", sent_on=date(2024, 9, 3)))
    assert refused.context["form"].errors["sent_on"]
