"""What the verbs of a case write beside its status: steps, deadlines, numbers, the lead it came from."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from entities.models import Unit
from inspections.models import Case, Deadline, Penalty
from inspections.models.numbering import take_number
from inspections.reference import load_causes, load_deadlines
from tests.at_once import at_once, needs_waiting_writers
from tests.factories import make_case, make_cause, make_lead, make_number_block, make_penalty
from tests.world import TODAY

EARLIER = date(2024, 8, 20)


@pytest.fixture
def periods(world):
    """The rules of deadlines as the law has them."""
    load_deadlines()


def kinds(record, **chosen):
    return sorted(record.deadlines.filter(**chosen).values_list("kind", flat=True))


def running(record):
    return sorted(record.deadlines.running().values_list("kind", flat=True))


def test_each_verb_leaves_a_step_with_its_date_officer_and_note(world):
    case = make_case(world, on=EARLIER)
    case.file(by=world.manager, number="立1号", on=date(2024, 8, 21), note="同意立案")
    case.investigate(by=world.inspector, on=date(2024, 8, 22))
    case.record_step(by=world.inspector, kind="notice", number="告1号", note="已送达", on=date(2024, 8, 28))
    case.decide(by=world.manager, number="罚1号", on=TODAY)
    told = [(s.kind, s.taken_on.day, s.created_by, s.number, s.note) for s in case.steps.order_by("pk")]
    assert told == [
        ("filed", 21, world.manager, "立1号", "同意立案"),
        ("investigating", 22, world.inspector, "", ""),
        ("notice", 28, world.inspector, "告1号", "已送达"),
        ("decided", 2, world.manager, "罚1号", ""),
    ]
    assert case.steps.first().history.get().history_user == world.manager


@pytest.mark.parametrize("day", [date(2024, 8, 19), date(2024, 9, 3)])
def test_a_step_before_the_case_or_in_the_future_is_refused_with_all_that_belongs_to_it(world, day):
    case = make_case(world, status="filed", on=EARLIER)
    with pytest.raises(ValidationError) as refused:
        case.record_step(by=world.inspector, kind="notice", on=day)
    assert "on" in refused.value.message_dict
    assert case.steps.filter(kind="notice").count() == 0


def test_the_deadlines_follow_the_case_from_proposal_to_closing(world, periods):
    case = make_case(world)
    assert running(case) == ["filing"]
    case.file(by=world.manager, number="1", on=TODAY)
    assert (kinds(case, met_on=TODAY), running(case)) == (["filing"], ["decision"])
    case.investigate(by=world.inspector, on=TODAY)
    case.record_step(by=world.inspector, kind="notice", on=TODAY)
    assert running(case) == ["decision", "hearing"]
    case.record_step(by=world.inspector, kind="hearing_requested", on=TODAY)
    assert running(case) == ["decision"]
    case.decide(by=world.manager, on=TODAY)
    assert running(case) == []
    fine = make_penalty(world, case=case)
    case.record_step(by=world.inspector, kind="served", on=TODAY)
    assert running(fine) == ["payment"]
    fine.pay(by=world.manager, on=TODAY)
    assert (running(fine), kinds(fine, met_on=TODAY), running(case)) == ([], ["payment"], ["closing"])
    case.refresh_from_db()
    case.close(by=world.manager, on=TODAY)
    assert running(case) == [] and not Deadline.objects.filter(dropped_on__isnull=False).exists()


def test_a_hearing_that_nobody_asked_for_is_waited_for_no_longer_than_the_decision(world, periods):
    case = make_case(world, status="investigating")
    case.record_step(by=world.inspector, kind="notice", on=TODAY)
    case.decide(by=world.manager, on=TODAY)
    assert running(case) == [] and kinds(case, dropped_on=TODAY) == ["hearing"]


def test_a_fine_imposed_after_the_service_runs_at_once(world, periods):
    case = make_case(world, status="decided")
    case.record_step(by=world.inspector, kind="served", on=TODAY)
    fine = case.impose(Penalty(kind="fine", amount=500, number="1", decided_on=TODAY), by=world.manager)
    warning = case.impose(Penalty(kind="warning", number="1", decided_on=TODAY), by=world.manager)
    assert (running(fine), running(warning)) == (["payment"], [])


@pytest.mark.parametrize(
    "leave",
    [
        lambda case, by: case.hand_to_police(by=by, suspects=1, on=TODAY),
        lambda case, by: case.transfer(by=by, to="冷水滩区局", reason="管辖", on=TODAY),
        lambda case, by: case.revoke(by=by, reason="不能成立", on=TODAY),
    ],
    ids=["police", "transfer", "revoke"],
)
def test_a_case_that_leaves_our_hands_waits_for_nothing(world, periods, leave):
    case = make_case(world, status="filed")
    leave(case, world.manager)
    assert running(case) == [] and kinds(case, dropped_on=TODAY) == ["decision"]


def test_a_revoked_decision_lets_no_fine_wait(world, periods):
    case = make_case(world, status="decided")
    fine = make_penalty(world, case=case)
    case.record_step(by=world.inspector, kind="served", on=TODAY)
    case.revoke(by=world.manager, reason="复议撤销", on=TODAY)
    assert running(fine) == []


def test_a_case_without_penalty_is_to_be_closed(world, periods):
    case = make_case(world, status="investigating")
    case.decide(by=world.manager, no_penalty=True, on=TODAY)
    assert running(case) == ["closing"]


def test_the_decision_about_filing_settles_the_lead(world, periods):
    lead = make_lead(world)
    assert running(lead) == ["filing"]
    case = make_case(world, came_from="lead", lead=lead)
    assert lead.status == "received"
    case.file(by=world.manager, number="立9号", on=TODAY)
    lead.refresh_from_db()
    assert (lead.status, lead.closed_on, running(lead)) == ("handled", TODAY, [])
    assert "立9号" in lead.outcome


def test_what_the_police_and_others_took_is_kept(world):
    police = make_case(world, status="filed")
    police.hand_to_police(by=world.manager, suspects=3, number="移1号", on=TODAY)
    assert (police.police_on, police.suspects) == (TODAY, 3)
    other = make_case(world, status="filed", number="2")
    with pytest.raises(ValidationError) as refused:
        other.transfer(by=world.manager, to=" ", reason="管辖")
    assert "to" in refused.value.message_dict
    other.transfer(by=world.manager, to="冷水滩区局", reason="管辖")
    assert other.transferred_to == "冷水滩区局" and "冷水滩区局" in other.steps.first().note


def test_an_entity_is_listed_as_abnormal_once(world):
    case = make_case(world, status="filed")
    case.list_as_abnormal(by=world.manager, number="列1号", on=TODAY)
    assert (case.abnormal_on, case.steps.first().kind) == (TODAY, "abnormal")
    with translation.override("en"), pytest.raises(ValidationError, match="already"):
        case.list_as_abnormal(by=world.manager)
    person = make_case(world, person_name="张三", region=world.county)
    with translation.override("en"), pytest.raises(ValidationError, match="Only an entity"):
        person.list_as_abnormal(by=world.manager)


# Numbers


def test_a_case_takes_the_next_number_of_its_county(world):
    make_number_block(world, series="case", pattern="零市监立〔{year}〕{number}号")
    first, second = make_case(world), make_case(world)
    first.file(by=world.manager, on=TODAY)
    second.file(by=world.manager, on=TODAY)
    assert [first.number, second.number] == ["零市监立〔2024〕1号", "零市监立〔2024〕2号"]


def test_without_a_block_the_number_is_asked_for(world):
    case = make_case(world)
    with pytest.raises(ValidationError) as refused:
        case.file(by=world.manager, on=TODAY)
    assert "number" in refused.value.message_dict and Case.objects.get(pk=case.pk).status == "proposed"


def test_a_station_takes_numbers_from_the_county_and_not_from_the_city(world):
    bureau = world.inspector.unit
    station = Unit.objects.create(
        code="station", name="示例所", kind="station", parent=bureau, department=world.market, region=world.county
    )
    make_number_block(world, unit=bureau.parent, series="case", pattern="市{number}")
    with pytest.raises(ValidationError):
        take_number(station, "case", TODAY)
    make_number_block(world, series="case", pattern="县{number}", first=5)
    make_case(world, status="filed", number="县5")  # typed by hand at the bureau
    assert take_number(station, "case", TODAY) == "县6"
    make_number_block(world, unit=station, series="case", pattern="所{number}")
    assert take_number(station, "case", TODAY) == "所1"


# The table of causes


def test_choosing_a_cause_takes_its_articles(world):
    cause, case = make_cause(world), make_case(world)
    case.acted_on = TODAY
    case.rest_on(cause)
    case.store(by=world.inspector)
    assert (case.cause, case.legal_basis) == (cause.name, "《标准化法》第二十五条；《产品质量法》第四十九条")


def test_a_cause_applies_by_the_date_of_the_act(world):
    over, case = make_cause(world, in_force_to=date(2024, 8, 31)), make_case(world)
    case.rest_on(over)
    for day, field in [(None, "acted_on"), (TODAY, "ground")]:
        case.acted_on = day
        with pytest.raises(ValidationError) as refused:
            case.store(by=world.inspector)
        assert field in refused.value.message_dict
    case.acted_on = date(2024, 8, 31)
    case.store(by=world.inspector)


def test_the_causes_are_loaded_once_and_keep_what_was_changed(world):
    load_causes()
    count = type(make_cause(world, code="ZZ-99")).objects.count()
    load_causes()
    cause = type(make_cause(world, code="ZZ-98")).objects.get(code="QT-01")
    assert type(cause).objects.count() == count + 1
    assert cause.is_in_force(date(2025, 10, 14)) and not cause.is_in_force(date(2025, 10, 15))
    assert not type(cause).objects.in_force(date(2025, 10, 15)).filter(code="QT-01").exists()


# On the spot


def on_the_spot(world, **changes):
    return make_case(world, procedure="on_the_spot", **changes)


def test_a_fine_on_the_spot_is_decided_with_the_case(world, periods):
    case = on_the_spot(world)
    case.decide_on_the_spot(by=world.inspector, number="当1号", kind="fine", amount=Decimal("3000"), on=TODAY)
    fine = case.penalties.get()
    assert (fine.amount, fine.number, running(fine)) == (3000, "当1号", ["payment"])
    assert running(case) == [] and kinds(case) == ["filing"]


@pytest.mark.parametrize(
    ("party", "amount", "allowed"),
    [({}, "3000", True), ({}, "3000.01", False), ({"person_name": "张三"}, "200", True),
     ({"person_name": "张三"}, "200.01", False)],
)  # fmt: skip
def test_the_law_limits_a_fine_on_the_spot(world, party, amount, allowed):
    case = on_the_spot(world, **party, **({"region": world.county} if party else {}))
    act = {"by": world.inspector, "number": "当1号", "kind": "fine", "amount": Decimal(amount), "on": TODAY}
    if allowed:
        case.decide_on_the_spot(**act)
        assert case.penalties.exists()
    else:
        with pytest.raises(ValidationError) as refused:
            case.decide_on_the_spot(**act)
        assert "amount" in refused.value.message_dict
        assert Case.objects.get(pk=case.pk).status == "proposed" and not case.steps.exists()


def test_two_fines_on_the_spot_do_not_go_round_the_limit(world):
    case = on_the_spot(world)
    case.decide_on_the_spot(by=world.inspector, number="当1号", kind="fine", amount=2000, on=TODAY)
    with pytest.raises(ValidationError) as refused:
        case.impose(Penalty(kind="fine", amount=1001, number="当1号", decided_on=TODAY), by=world.inspector)
    assert "amount" in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        case.impose(Penalty(kind="closure", number="当1号", decided_on=TODAY), by=world.inspector)
    assert "kind" in refused.value.message_dict


# Paying


def test_a_fine_is_paid_once_and_its_case_tells_it(world):
    fine = make_penalty(world)
    step = fine.pay(by=world.manager, number="票1号", on=TODAY)
    assert (fine.paid_on, step.kind, step.number, step.case) == (TODAY, "paid", "票1号", fine.case)
    with translation.override("en"), pytest.raises(ValidationError, match="Nothing is owed"):
        fine.pay(by=world.manager)
    warning = make_penalty(world, case=fine.case, kind="warning", amount=None)
    with pytest.raises(ValidationError):
        warning.pay(by=world.manager)


def test_nothing_is_paid_before_it_is_decided(world):
    fine = make_penalty(world)
    with pytest.raises(ValidationError) as refused:
        fine.pay(by=world.manager, on=EARLIER)
    assert "paid_on" in refused.value.message_dict
    fine.refresh_from_db()
    assert fine.paid_on is None


def test_only_a_manager_or_the_office_imposes_in_the_ordinary_procedure(world):
    case = make_case(world, status="decided")
    with translation.override("en"), pytest.raises(ValidationError, match="Only a manager"):
        case.impose(Penalty(kind="warning", number="1", decided_on=TODAY), by=world.inspector)


# Two at once


def test_the_second_of_two_who_decide_is_told(world):
    first = make_case(world, status="investigating")
    second = Case.objects.get(pk=first.pk)
    first.decide(by=world.manager, on=TODAY)
    with pytest.raises(ValidationError) as refused:
        second.decide(by=world.clerk, no_penalty=True, on=TODAY)
    assert refused.value.code == "transition"
    assert first.steps.filter(kind="decided").count() == 1 and not Case.objects.get(pk=first.pk).no_penalty


@needs_waiting_writers
@pytest.mark.django_db(transaction=True)
def test_many_who_file_at_once_file_once(world):
    pk = make_case(world).pk
    outcomes = at_once(*[lambda: Case.objects.get(pk=pk).file(by=world.manager, number="立1号", on=TODAY)] * 4)
    assert outcomes.count(None) == 1
    assert Case.objects.get(pk=pk).steps.count() == 1
