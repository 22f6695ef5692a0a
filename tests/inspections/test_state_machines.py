"""Every verb in every status: it moves the record as declared, or is refused with a message and writes nothing.

Another kind of record joins by a line in MACHINES; what it carries in each status stands in CARRIES of `test_records`.
"""

from dataclasses import dataclass, field

import pytest
from django.core.exceptions import ValidationError

from inspections.models import CaseStep, Deadline, StepKind
from inspections.models.case_step import OCCASIONS
from tests.factories import MAKERS
from tests.inspections.test_records import CARRIES, WITH_MOVES
from tests.world import TODAY


@dataclass(frozen=True)
class Verb:
    """What a method of the record does: the status it leads to, and from which; all that `moves` allows where not said."""

    to: str
    act: object
    only_from: frozenset = frozenset()
    setup: dict = field(default_factory=dict)

    def leads_from(self, model, now) -> bool:
        return self.to in model.moves.get(now, ()) and (not self.only_from or now in self.only_from)


MACHINES = {
    "case": {
        "file": Verb("filed", lambda r, w: r.file(by=w.manager, number="立1号", on=TODAY)),
        "refuse": Verb("not_filed", lambda r, w: r.refuse(by=w.manager, reason="轻微", on=TODAY)),
        "investigate": Verb("investigating", lambda r, w: r.investigate(by=w.inspector, on=TODAY)),
        "decide": Verb(
            "decided", lambda r, w: r.decide(by=w.manager, on=TODAY), only_from=frozenset({"investigating"})
        ),
        "decide_on_the_spot": Verb(
            "decided", lambda r, w: r.decide_on_the_spot(by=w.inspector, number="当1号", on=TODAY),
            only_from=frozenset({"proposed"}), setup={"procedure": "on_the_spot"},
        ),
        "close": Verb("closed", lambda r, w: r.close(by=w.manager, on=TODAY)),
        "hand_to_police": Verb("police", lambda r, w: r.hand_to_police(by=w.manager, suspects=2, on=TODAY)),
        "transfer": Verb("transferred", lambda r, w: r.transfer(by=w.manager, to="外地", reason="管辖", on=TODAY)),
        "revoke": Verb("revoked", lambda r, w: r.revoke(by=w.manager, reason="不能成立", on=TODAY)),
    },
    "lead": {
        "handle": Verb("handled", lambda r, w: r.handle(by=w.manager, outcome="已核查", on=TODAY)),
        "find_unfounded": Verb("unfounded", lambda r, w: r.find_unfounded(by=w.manager, reason="查无", on=TODAY)),
        "pass_on": Verb("passed_on", lambda r, w: r.pass_on(by=w.manager, to="消防", on=TODAY)),
    },
    "samplingbatch": {
        "pass": Verb("passed", lambda r, w: r.record_result(by=w.manager, passed=True, on=TODAY)),
        "fail": Verb("failed", lambda r, w: r.record_result(by=w.manager, passed=False, failed_items="标志", on=TODAY)),
        "object": Verb("objection", lambda r, w: r.object(by=w.manager, reason="申请复检", on=TODAY)),
        "transfer": Verb("transferred", lambda r, w: r.transfer(by=w.manager, region=w.county, on=TODAY)),
        "order": Verb("ordered", lambda r, w: r.order(by=w.manager, on=TODAY)),
        "reinspect": Verb("reinspected", lambda r, w: r.reinspect(by=w.manager, on=TODAY)),
        "handle": Verb("handled", lambda r, w: r.handle(by=w.manager, on=TODAY)),
        "void": Verb("voided", lambda r, w: r.void(by=w.manager, reason="误录", on=TODAY)),
    },
    "listing": {
        "remove": Verb("removed", lambda r, w: r.remove(by=w.clerk, reason="已下架", on=TODAY)),
        "restore": Verb("online", lambda r, w: r.restore(by=w.clerk, reason="重新上架")),
    },
    "certificate": {
        "suspend": Verb("suspended", lambda r, w: r.suspend(by=w.clerk, reason="抽查不合格", on=TODAY)),
        "restore": Verb("valid", lambda r, w: r.restore(by=w.clerk, reason="整改合格", on=TODAY)),
        "cancel": Verb("cancelled", lambda r, w: r.cancel(by=w.clerk, reason="企业申请", on=TODAY)),
        "revoke": Verb("revoked", lambda r, w: r.revoke(by=w.clerk, reason="弄虚作假", on=TODAY)),
    },
    "assignment": {
        "report": Verb("reported", lambda r, w: r.report(by=w.inspector, feedback="已落实", on=TODAY)),
        "accept": Verb("done", lambda r, w: r.accept(by=w.clerk, on=TODAY)),
        "send_back": Verb("open", lambda r, w: r.send_back(by=w.clerk, reason="未附材料")),
        "withdraw": Verb("withdrawn", lambda r, w: r.withdraw(by=w.clerk, reason="情况变化")),
    },
}  # fmt: skip
TRIALS = [
    (name, verb, now)
    for name, verbs in MACHINES.items()
    for verb in verbs
    for now in dict(WITH_MOVES[name]._meta.get_field("status").flatchoices)
]


def standing(name, world, now, **changes):
    """A record that stands in that status."""
    record = MAKERS[name](world)
    type(record).objects.filter(pk=record.pk).update(status=now, **CARRIES[name](world)[now] | changes)
    record.refresh_from_db()
    return record


@pytest.mark.parametrize("name", MACHINES)
def test_every_status_is_reached_by_a_verb(name):
    model = WITH_MOVES[name]
    reached = {verb.to for verb in MACHINES[name].values()}
    assert reached == set().union(*model.moves.values())


@pytest.mark.parametrize(("name", "verb", "now"), TRIALS)
def test_a_verb_moves_as_declared_or_is_refused(world, name, verb, now):
    declared = MACHINES[name][verb]
    record = standing(name, world, now, **declared.setup)
    entries, steps, deadlines = record.history.count(), CaseStep.objects.count(), Deadline.objects.count()
    if declared.leads_from(type(record), now):
        declared.act(record, world)
        record.refresh_from_db()
        assert record.status == declared.to
        assert record.history.count() == entries + 1
    else:
        with pytest.raises(ValidationError) as refused:
            declared.act(record, world)
        assert all(refused.value.messages)
        assert record.status == now
        record.refresh_from_db()
        assert (record.status, record.history.count()) == (now, entries)
        assert (CaseStep.objects.count(), Deadline.objects.count()) == (steps, deadlines)


@pytest.mark.parametrize("now", dict(WITH_MOVES["case"]._meta.get_field("status").flatchoices))
@pytest.mark.parametrize("kind", StepKind)
def test_a_step_is_recorded_only_where_it_can_happen(world, kind, now):
    case = standing("case", world, now)
    if now in OCCASIONS.get(kind, ()):
        assert case.record_step(by=world.inspector, kind=kind, on=TODAY).kind == kind
    else:
        with pytest.raises(ValidationError) as refused:
            case.record_step(by=world.inspector, kind=kind, on=TODAY)
        assert "kind" in refused.value.message_dict and not case.steps.exists()
