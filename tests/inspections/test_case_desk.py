"""The pages of a case: proposed from where it was found, moved on step by step, its penalties imposed and paid."""

from datetime import date

import pytest
from django.urls import reverse

from inspections.models import Case, CaseStep, Evidence, Penalty
from tests.factories import (
    make_batch,
    make_case,
    make_cause,
    make_inspection,
    make_lead,
    make_number_block,
    make_operation,
    make_penalty,
    make_photo,
)
from tests.world import TODAY

NEW = reverse("desk_new", args=["case"])
SHEET = {"procedure": "ordinary", "proposed_on": "2024-09-02", "acted_on": "2024-09-02", "cause": "销售改装车"}


def page(client, officer, url, data=None):
    client.force_login(officer)
    return client.get(url) if data is None else client.post(url, data)


def deed(record, name):
    return reverse("desk_deed", args=[record._meta.model_name, record.pk, name])


def seen(record, **entries):
    return {"on": "2024-09-02", "version": record.version} | entries


# Proposing


@pytest.mark.parametrize(
    ("name", "make", "came_from"),
    [
        ("inspection", make_inspection, "inspection"),
        ("lead", make_lead, "lead"),
        ("batch", make_batch, "sampling"),
    ],
)
def test_a_case_is_proposed_where_it_was_found(client, world, name, make, came_from):
    origin, cause = make(world), make_cause(world)
    answer = page(client, world.inspector, f"{NEW}?{name}={origin.pk}", SHEET | {"cause": "", "ground": cause.pk})
    case = Case.objects.get()
    assert answer.status_code == 302 and answer.url == case.get_absolute_url()
    assert (case.came_from, getattr(case, name), case.entity) == (came_from, origin, world.shop)
    assert (case.ground, case.cause, case.legal_basis) == (cause, cause.name, cause.articles)
    assert (case.region, case.unit, case.created_by) == (world.county, world.inspector.unit, world.inspector)


def test_a_case_of_an_operation_names_its_entity(client, world):
    operation = make_operation(world)
    url = f"{NEW}?operation={operation.pk}"
    refused = page(client, world.inspector, url, SHEET)
    assert refused.context["form"].errors["entity"] and not Case.objects.exists()
    assert page(client, world.inspector, url, SHEET | {"entity": world.shop.name}).status_code == 302
    assert Case.objects.get().came_from == "operation"


def test_a_case_begun_at_an_entity_may_name_its_visit(client, world):
    visit, url = make_inspection(world), f"{NEW}?entity={world.shop.pk}"
    elsewhere = make_inspection(world, entity=world.repair_shop)
    form = page(client, world.inspector, url).context["form"]
    assert list(form.fields["inspection"].queryset) == [visit]
    sheet = SHEET | {"entity": world.shop.name, "region": "431102"}
    refused = page(client, world.inspector, url, sheet | {"inspection": elsewhere.pk})
    assert refused.status_code == 422 and "inspection" in refused.context["form"].errors
    page(client, world.inspector, url, sheet | {"inspection": visit.pk})
    assert Case.objects.get().came_from == "inspection"


def test_a_case_against_a_person_keeps_the_card_hidden(client, world):
    person = SHEET | {"person_name": "张三", "identity_card": "11010519491231002X", "region": "431102"}
    wrong = page(client, world.inspector, NEW, person | {"identity_card": "110105194912310021"})
    assert wrong.status_code == 422 and wrong.context["form"].errors["identity_card"]
    assert page(client, world.inspector, NEW, person).status_code == 302
    case = Case.objects.get()
    assert (case.party, case.came_from) == ("张三", "transfer")
    shown = page(client, world.inspector, case.get_absolute_url()).content.decode()
    assert "110105********002X" in shown and "19491231" not in shown


def test_only_causes_in_force_on_the_day_of_the_act_are_offered(client, world):
    url = f"{NEW}?inspection={make_inspection(world).pk}"
    now, over = make_cause(world), make_cause(world, code="QT-01", name="旧案由", in_force_to=date(2024, 8, 31))
    assert list(page(client, world.inspector, url).context["form"].fields["ground"].queryset) == [now]
    refused = page(client, world.inspector, url, SHEET | {"cause": "", "ground": over.pk})
    assert refused.status_code == 422 and refused.context["form"].errors["ground"] and not Case.objects.exists()
    earlier = SHEET | {"acted_on": "2024-08-31", "cause": "", "ground": over.pk}
    assert page(client, world.inspector, url, earlier).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"cause": ""}, "ground"), ({"acted_on": "2024-09-03"}, "acted_on"), ({"proposed_on": "2030-01-01"}, "proposed_on"),
        ({"proposed_on": "2024-08-30", "acted_on": "2024-08-31"}, "acted_on"), ({"workshop_value": "5"}, "workshop_value"),
        ({"acted_on": "gestern"}, "acted_on"),
    ],
)  # fmt: skip
def test_what_is_refused_is_said_beside_its_field_and_stays_typed(client, world, wrong, field):
    url = f"{NEW}?inspection={make_inspection(world).pk}"
    refused = page(client, world.inspector, url, SHEET | {"legal_basis": "某法某条"} | wrong)
    assert refused.status_code == 422 and field in refused.context["form"].errors
    assert "某法某条" in refused.content.decode() and not Case.objects.exists()


def test_another_countys_records_start_no_case_here(client, world):
    foreign = make_inspection(world, by=world.stranger, entity=world.other_shop)
    assert page(client, world.inspector, f"{NEW}?inspection={foreign.pk}").status_code == 404
    assert page(client, world.leader, NEW).status_code == 403


def test_a_proposal_is_corrected_but_its_party_stays(client, world):
    case = make_case(world)
    url = reverse("desk_change", args=["case", case.pk])
    form = page(client, world.inspector, url).context["form"]
    assert not {"entity", "person_name", "region", "procedure"} & set(form.fields)
    page(client, world.inspector, url, SHEET | {"cause": "更正后的案由", "version": case.version})
    case.refresh_from_db()
    assert (case.cause, case.entity) == ("更正后的案由", world.shop)


# Moving on


def test_a_case_walks_to_its_closing_on_its_pages(client, world):
    make_number_block(world, series="case", pattern="立{number}")
    make_number_block(world, series="penalty", pattern="罚{number}")
    case = make_case(world)
    walk = [
        ("file", {"files": make_photo()}), ("investigate", {}), ("record_step", {"kind": "notice", "number": "告1号"}),
        ("decide", {"note": "罚款"}),
    ]  # fmt: skip
    for name, entries in walk:
        answer = page(client, world.manager, deed(case, name), seen(case, **entries))
        assert answer.status_code == 302, answer.context["form"].errors
        case.refresh_from_db()
    assert (case.status, case.number) == ("decided", "立1")
    fine = {"kind": "fine", "amount": "500", "decided_on": "2024-09-02"}
    answer = page(client, world.manager, f"{reverse('desk_new', args=['penalty'])}?case={case.pk}", fine)
    penalty = Penalty.objects.get()
    assert answer.url == case.get_absolute_url() and penalty.number == "罚1"
    page(client, world.manager, deed(penalty, "pay"), seen(penalty, number="票1号"))
    page(client, world.manager, deed(case, "close"), seen(case))
    case.refresh_from_db()
    assert case.status == "closed"
    told = page(client, world.manager, case.get_absolute_url()).content.decode()
    assert all(text in told for text in ("告1号", "票1号"))
    assert Evidence.objects.get().owner == CaseStep.objects.get(kind="filed")


def test_a_number_that_is_missing_or_used_is_said_beside_it(client, world):
    make_case(world, status="filed", number="立1号")
    case = make_case(world)
    for number in ("", "立1号"):
        refused = page(client, world.manager, deed(case, "file"), seen(case, number=number))
        assert refused.status_code == 422 and refused.context["form"].errors["number"]
    case.refresh_from_db()
    assert case.status == "proposed" and not case.steps.exists()


@pytest.mark.parametrize(
    ("name", "day", "entries"),
    [("decide", "2024-08-30", {}), ("decide", "2024-09-03", {}), ("hand_to_police", "2024-08-30", {"suspects": "1"})],
)
def test_a_day_that_can_not_be_is_said_beside_it(client, world, name, day, entries):
    case = make_case(world, status="investigating")
    refused = page(client, world.manager, deed(case, name), seen(case, on=day, note="我写的", **entries))
    assert refused.status_code == 422 and refused.context["form"].errors["on"]
    assert "我写的" in refused.content.decode() and case.steps.count() == 2


@pytest.mark.parametrize("name", ["file", "refuse", "decide", "close", "hand_to_police", "transfer", "revoke"])
def test_an_inspector_only_proposes(client, world, name):
    case = make_case(world, status="filed")
    assert page(client, world.inspector, deed(case, name), seen(case, reason="x")).status_code == 403
    assert page(client, world.stranger, deed(case, "record_step")).status_code == 404


def test_an_inspector_decides_on_the_spot_within_the_limit(client, world):
    case = make_case(world, procedure="on_the_spot")
    url = deed(case, "decide_on_the_spot")
    much = seen(case, kind="fine", amount="3001", number="当1号")
    refused = page(client, world.inspector, url, much)
    assert refused.status_code == 422 and refused.context["form"].errors["amount"] and not Penalty.objects.exists()
    missing = page(client, world.inspector, url, much | {"amount": ""})
    assert missing.status_code == 422 and missing.context["form"].errors["amount"]
    assert page(client, world.inspector, url, much | {"amount": "300"}).status_code == 302
    assert Penalty.objects.get().case.status == "decided"


def test_the_second_of_two_who_decide_is_told_and_loses_nothing(client, world):
    case = make_case(world, status="investigating")
    old = seen(case, note="第二个人写的")
    case.decide(by=world.clerk, on=TODAY)
    told = page(client, world.manager, deed(case, "decide"), old)
    assert told.status_code == 409 and "第二个人写的" in told.content.decode()
    again = page(client, world.manager, deed(case, "decide"), seen(told.context["record"], note="第二个人写的"))
    assert again.status_code == 422 and case.steps.filter(kind="decided").count() == 1


def test_a_step_asked_on_an_old_page_is_refused_with_words(client, world):
    case = make_case(world, status="filed")
    offered = dict(page(client, world.inspector, deed(case, "record_step")).context["form"].fields["kind"].choices)
    assert "notice" in offered and "served" not in offered and "filed" not in offered
    refused = page(client, world.inspector, deed(case, "record_step"), seen(case, kind="served"))
    assert refused.status_code == 422 and refused.context["form"].errors["kind"]


def test_the_page_offers_what_the_case_and_the_role_allow(client, world):
    case = make_case(world, status="decided")
    new_penalty = f"{reverse('desk_new', args=['penalty'])}?case={case.pk}"
    for officer, there in [(world.manager, True), (world.inspector, False), (world.leader, False)]:
        shown = page(client, officer, case.get_absolute_url()).content.decode()
        assert (new_penalty in shown, deed(case, "close") in shown) == (there, there)
    assert deed(case, "file") not in page(client, world.manager, case.get_absolute_url()).content.decode()


# Penalties


def test_a_penalty_needs_a_decided_case_and_what_belongs_to_its_kind(client, world):
    case, url = make_case(world, status="decided"), reverse("desk_new", args=["penalty"])
    sheet = {"kind": "goods", "number": "罚1号", "decided_on": "2024-09-02"}
    bare = page(client, world.manager, f"{url}?case={case.pk}", sheet)
    assert bare.status_code == 422 and bare.context["form"].errors["quantity"]
    open_case = make_case(world, status="filed", number="2")
    early = page(client, world.manager, f"{url}?case={open_case.pk}", sheet | {"kind": "warning"})
    assert early.status_code == 422 and early.context["form"].non_field_errors()
    loose = page(client, world.manager, url, sheet | {"kind": "warning"})
    assert loose.status_code == 422 and loose.context["form"].non_field_errors()
    assert not Penalty.objects.exists()


def test_the_penalties_of_one_decision_share_its_number(client, world):
    case, url = make_case(world, status="investigating"), reverse("desk_new", args=["penalty"])
    case.decide(by=world.manager, number="罚7号", on=TODAY)
    assert page(client, world.manager, f"{url}?case={case.pk}").context["form"].initial["number"] == "罚7号"
    make_penalty(world, case=case, number="罚8号")
    assert page(client, world.manager, f"{url}?case={case.pk}").context["form"].initial["number"] == "罚8号"


def test_a_penalty_is_paid_once_by_those_who_may(client, world):
    fine = make_penalty(world)
    assert page(client, world.leader, deed(fine, "pay")).status_code == 403
    assert page(client, world.stranger, deed(fine, "pay")).status_code == 404
    early = page(client, world.manager, deed(fine, "pay"), seen(fine, on="2024-09-01"))
    assert early.status_code == 422 and early.context["form"].errors["on"]
    assert page(client, world.manager, deed(fine, "pay"), seen(fine)).status_code == 302
    assert page(client, world.manager, deed(fine, "pay")).status_code == 302  # back: nothing is owed any more
