"""Cases: who proposes, files, decides and closes them; the on-the-spot procedure; where they come from."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from inspections.models import Case
from tests.factories import make_case, make_inspection, make_operation
from tests.world import TODAY

MANAGERIAL = {
    "file": ("proposed", lambda case, by: case.file(by=by, number="2")),
    "refuse": ("proposed", lambda case, by: case.refuse(by=by, reason="违法行为轻微")),
    "decide": ("investigating", lambda case, by: case.decide(by=by)),
    "close": ("decided", lambda case, by: case.close(by=by)),
    "hand_to_police": ("filed", lambda case, by: case.hand_to_police(by=by)),
    "transfer": ("filed", lambda case, by: case.transfer(by=by, to="冷水滩区局", reason="管辖权异议")),
    "revoke": ("filed", lambda case, by: case.revoke(by=by, reason="复查撤销")),
}


def test_a_case_walks_from_proposal_to_closing(world):
    case = make_case(world, status="closed")
    assert (case.status, case.filed_on, case.decided_on, case.closed_on) == ("closed", TODAY, TODAY, TODAY)
    assert case.number == "零市监立〔2024〕1号"


@pytest.mark.parametrize("verb", MANAGERIAL)
@pytest.mark.parametrize("who", ["manager", "clerk", "administrator"])
def test_managers_and_the_office_decide(world, verb, who):
    before, act = MANAGERIAL[verb]
    case = make_case(world, status=before)
    act(case, getattr(world, who))
    assert case.status != before


@pytest.mark.parametrize("verb", MANAGERIAL)
@pytest.mark.parametrize("who", ["inspector", "leader", "discipline"])
def test_others_only_propose(world, verb, who):
    before, act = MANAGERIAL[verb]
    case = make_case(world, status=before)
    with translation.override("en"), pytest.raises(ValidationError, match="Only a manager or the office"):
        act(case, getattr(world, who))
    assert Case.objects.get(pk=case.pk).status == before


@pytest.mark.parametrize(
    "leave",
    [
        lambda case, w: case.refuse(by=w.manager, reason=" "),
        lambda case, w: case.transfer(by=w.manager, to="冷水滩区局", reason=""),
        lambda case, w: case.revoke(by=w.manager, reason=""),
    ],
    ids=["refuse", "transfer", "revoke"],
)
def test_leaving_the_line_says_why(world, leave):
    with pytest.raises(ValidationError) as refused:
        leave(make_case(world), world)
    assert "reason" in refused.value.message_dict


def test_a_proposed_case_is_not_decided(world):
    with translation.override("en"), pytest.raises(ValidationError, match="must be filed and investigated"):
        make_case(world).decide(by=world.manager)


def test_an_inspector_decides_on_the_spot(world):
    case = make_case(world, procedure="on_the_spot")
    case.decide_on_the_spot(by=world.inspector, number="当场1号", on=TODAY)
    assert (case.status, case.filed_on, case.decided_on) == ("decided", TODAY, TODAY)


def test_the_ordinary_procedure_does_not_decide_on_the_spot(world):
    with translation.override("en"), pytest.raises(ValidationError, match="Only the on-the-spot procedure"):
        make_case(world).decide_on_the_spot(by=world.inspector, number="当场1号")


def test_a_case_under_investigation_is_not_decided_on_the_spot_any_more(world):
    case = make_case(world, procedure="on_the_spot")
    same = Case.objects.get(pk=case.pk)
    case.file(by=world.manager, number="1")
    case.investigate(by=world.inspector)
    with translation.override("en"), pytest.raises(ValidationError, match="Only a proposed case"):
        same.decide_on_the_spot(by=world.inspector, number="当场1号")


def test_a_decision_can_be_revoked_after_its_review(world):
    case = make_case(world, status="decided")
    case.revoke(by=world.manager, reason="行政复议撤销")
    assert case.history.first().history_change_reason == "行政复议撤销"


def test_the_number_is_used_once_by_a_unit(world):
    make_case(world, status="filed")
    second = make_case(world)
    with translation.override("en"), pytest.raises(ValidationError, match="already used this number"):
        second.file(by=world.manager, number="零市监立〔2024〕1号")
    assert Case.objects.get(pk=second.pk).status == "proposed"


def test_a_case_against_a_person_keeps_the_identity_card_masked(world):
    case = Case(
        campaign=world.campaign, region=world.county, person_name="张三", came_from="transfer", cause="拼装电动自行车",
        proposed_on=TODAY,
    )  # fmt: skip
    case.set_identity_card("11010519491231002X")
    case.store(by=world.inspector)
    assert case.party == "张三" and case.masked_identity_card == "110105********002X"


def test_filed_cases_stay_counted_whatever_became_of_them(world):
    make_case(world)
    filed, revoked = make_case(world, status="filed"), make_case(world, status="filed", number="2")
    revoked.revoke(by=world.manager, reason="撤销")
    assert set(Case.objects.filed()) == {filed, revoked}


def test_cases_of_crackdowns_and_the_others_make_all(world):
    operation = make_operation(world)
    by_itself = make_case(world, came_from="operation", operation=operation)
    through_a_visit = make_case(
        world, came_from="inspection", inspection=make_inspection(world, mode="crackdown", operation=operation)
    )
    other = make_case(world)
    assert set(Case.objects.from_crackdowns()) == {by_itself, through_a_visit}
    assert list(Case.objects.not_from_crackdowns()) == [other]


def test_the_next_steps_are_not_in_the_future(world):
    case = make_case(world, status="filed")
    case.decided_on = TODAY.replace(day=3)
    with pytest.raises(ValidationError) as refused:
        case.store(by=world.manager)
    assert "decided_on" in refused.value.message_dict
