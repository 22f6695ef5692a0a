"""How a case goes on: every verb moves it or notes a step, with its date, number and papers, in one transaction."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.today import today
from inspections.models.case_step import OCCASIONS, CaseStatus, CaseStep, StepKind
from inspections.models.deadline import DeadlineKind, WithDeadlines
from inspections.models.numbering import Series, take_number
from inspections.models.penalty import Penalty
from inspections.models.record import Record


class Proceeding(WithDeadlines, Record):
    """The procedure of a case (行政处罚程序); its fields are those of the Case."""

    class Meta:
        abstract = True

    @transaction.atomic
    def store(self, *, by, version=None, reason="", on=None):
        """As every record; a new case waits from then on for the decision whether it is filed."""
        is_new = self._state.adding
        super().store(by=by, version=version, reason=reason, on=on)
        if is_new:
            self.start_deadline(DeadlineKind.FILING, on=self.proposed_on, by=by)

    def file(self, *, by, number="", on=None, note=""):
        """Open the case (立案) under the number typed, or the next one of the county's block."""
        self._only_by_manager(by)
        day = on or today()
        with transaction.atomic():
            step = self._move(
                CaseStatus.FILED,
                StepKind.FILED,
                by=by,
                on=day,
                note=note,
                filed_on=day,
                number=self._numbered(number, day),
            )
            self._decide_about_filing(step, by=by)
            self.start_deadline(DeadlineKind.DECISION, on=day, by=by)
        return step

    @transaction.atomic
    def refuse(self, *, by, reason, on=None, number=""):
        """Decide not to file (不予立案)."""
        self._only_by_manager(by)
        self.need_reason(reason)
        day = on or today()
        step = self._move(CaseStatus.NOT_FILED, StepKind.NOT_FILED, by=by, on=day, paper=number, note=reason)
        self._decide_about_filing(step, by=by)
        return step

    def investigate(self, *, by, on=None, number="", note=""):
        """Begin the investigation (调查取证)."""
        return self._move(CaseStatus.INVESTIGATING, StepKind.INVESTIGATING, by=by, on=on, paper=number, note=note)

    @transaction.atomic
    def record_step(self, *, by, kind, on=None, number="", note=""):
        """Record a step that changes no status; a notice, a hearing asked for and a service move their deadlines."""
        day = on or today()
        self.lock()
        kind = StepKind(kind)
        if self.status not in OCCASIONS.get(kind, ()):
            raise ValidationError(
                {"kind": gettext("“%(step)s” is no step of a case that is “%(status)s”.")
                 % {"step": kind.label, "status": self.get_status_display()}}
            )  # fmt: skip
        if kind == StepKind.NOTICE:
            self.start_deadline(DeadlineKind.HEARING, on=day, by=by)
        elif kind == StepKind.HEARING_REQUESTED:
            self.meet_deadline(DeadlineKind.HEARING, on=day, by=by)
        elif kind == StepKind.SERVED:
            for penalty in self.penalties.exclude(amount=None).filter(paid_on=None):
                penalty.start_deadline(DeadlineKind.PAYMENT, on=day, by=by)
        return self.note_step(kind, by=by, on=day, number=number, note=note)

    @transaction.atomic
    def decide(self, *, by, no_penalty=False, on=None, number="", note=""):
        """Decide an investigated case; its penalties are imposed afterwards with `impose`."""
        self._only_by_manager(by)
        self._require_investigation()
        day = on or today()
        step = self._move(
            CaseStatus.DECIDED,
            StepKind.DECIDED,
            by=by,
            on=day,
            paper=number,
            note=note,
            decided_on=day,
            no_penalty=no_penalty,
        )
        self.meet_deadline(DeadlineKind.DECISION, on=day, by=by)
        self.drop_deadlines(by=by, reason=step.get_kind_display(), on=day)  # nobody asks for a hearing any more
        if no_penalty:
            self.await_closing(by=by, on=day)
        return step

    @transaction.atomic
    def decide_on_the_spot(self, *, by, number="", kind="", amount=None, on=None, note=""):
        """Propose and decide in one step (当场处罚, 行政处罚法 第五十一条), with its warning or fine."""
        if not self.is_on_the_spot:
            raise ValidationError(_("Only the on-the-spot procedure decides at once."))
        self.lock()
        if self.status != CaseStatus.PROPOSED:
            raise ValidationError(_("Only a proposed case is decided on the spot."), code="transition")
        day = on or today()
        number = self._numbered(number, day, Series.PENALTY)
        step = self._move(
            CaseStatus.DECIDED, StepKind.DECIDED, by=by, on=day, note=note, filed_on=day, decided_on=day, number=number
        )
        self._decide_about_filing(step, by=by)
        if kind:
            self.impose(Penalty(kind=kind, amount=amount, number=number, decided_on=day), by=by, on=on)
        return step

    @transaction.atomic
    def close(self, *, by, on=None, number="", note=""):
        """Close a decided case (结案)."""
        self._only_by_manager(by)
        day = on or today()
        step = self._move(CaseStatus.CLOSED, StepKind.CLOSED, by=by, on=day, paper=number, note=note, closed_on=day)
        self.meet_deadline(DeadlineKind.CLOSING, on=day, by=by)
        self._wait_no_more(step, by=by)
        return step

    @transaction.atomic
    def hand_to_police(self, *, by, suspects=0, on=None, number="", note=""):
        """Hand a suspected crime to the police with its suspects (移送公安机关, 行政处罚法 第二十七条)."""
        self._only_by_manager(by)
        day = on or today()
        step = self._move(
            CaseStatus.POLICE, StepKind.POLICE, by=by, on=day, paper=number, note=note, police_on=day, suspects=suspects
        )
        self._wait_no_more(step, by=by)
        return step

    @transaction.atomic
    def transfer(self, *, by, to, reason, on=None, number=""):
        """Give the case to another authority, which is named."""
        self._only_by_manager(by)
        self.need_reason(reason)
        if not to.strip():
            raise ValidationError({"to": _("Say which authority takes the case.")})
        note = f"{to.strip()} · {reason.strip()}"
        step = self._move(
            CaseStatus.TRANSFERRED,
            StepKind.TRANSFERRED,
            by=by,
            on=on,
            paper=number,
            note=note,
            transferred_to=to.strip(),
        )
        self._wait_no_more(step, by=by)
        return step

    @transaction.atomic
    def revoke(self, *, by, reason, on=None, number=""):
        """Withdraw a filed case, or a decision after its review."""
        self._only_by_manager(by)
        self.need_reason(reason)
        step = self._move(CaseStatus.REVOKED, StepKind.REVOKED, by=by, on=on, paper=number, note=reason)
        self._wait_no_more(step, by=by)
        return step

    @transaction.atomic
    def list_as_abnormal(self, *, by, on=None, number="", note=""):
        """Note that the entity was entered in the list of abnormal operations (列入经营异常名录)."""
        self._only_by_manager(by)
        self.lock()
        if self.entity_id is None:
            raise ValidationError(_("Only an entity is entered in the list of abnormal operations."))
        if self.abnormal_on:
            raise ValidationError(
                gettext("It was entered in the list on %(day)s already.") % {"day": self.abnormal_on}, code="transition"
            )
        self.abnormal_on = on or today()
        self.store(by=by, reason=note)
        return self.note_step(StepKind.ABNORMAL, by=by, on=self.abnormal_on, number=number, note=note)

    @transaction.atomic
    def impose(self, penalty, *, by, on=None):
        """Write a penalty of this case; without a number it takes the next one of the county's block.

        Raises ValidationError unless the case is decided, and not as *no penalty*.
        """
        self.lock()
        if not self.is_on_the_spot:
            self._only_by_manager(by)
        penalty.case = self
        penalty.place(by)
        penalty.number = self._numbered(penalty.number, penalty.decided_on or today(), Series.PENALTY)
        penalty.store(by=by, on=on)
        served = self.steps.filter(kind=StepKind.SERVED).order_by("taken_on").first()
        if penalty.is_owed and (served or self.is_on_the_spot):  # 当场处罚: the decision is handed over at once
            day = served.taken_on if served else self.decided_on
            penalty.start_deadline(DeadlineKind.PAYMENT, on=max(day, penalty.decided_on), by=by)
        return penalty

    def note_step(self, kind, *, by, on, number="", note=""):
        """Write a step of the case; the verbs call it within their transaction."""
        step = CaseStep(case=self, kind=kind, taken_on=on, number=number.strip(), note=note.strip())
        try:
            step.store(by=by)
        except ValidationError as error:
            messages = error.update_error_dict({})
            raise ValidationError(
                {"on" if name == "taken_on" else name: said for name, said in messages.items()}
            ) from None
        return step

    def await_closing(self, *, by, on):
        """Once nothing is owed any more, the days for closing the case run."""
        if self.status == CaseStatus.DECIDED and not self.penalties.exclude(amount=None).filter(paid_on=None).exists():
            self.start_deadline(DeadlineKind.CLOSING, on=on, by=by)

    @transaction.atomic
    def _move(self, to, kind, *, by, on=None, note="", paper="", **changes):
        """Advance the case and write the step; returns it. `paper` is the step's number, else that of the case is quoted."""
        day = on or today()
        self.advance(to, by=by, reason=note, **changes)
        return self.note_step(kind, by=by, on=day, number=paper or changes.get("number", ""), note=note)

    def _decide_about_filing(self, step, *, by):
        """The decision is made, and with it the lead that brought the case is handled."""
        self.meet_deadline(DeadlineKind.FILING, on=step.taken_on, by=by)
        if self.lead and self.lead.status in self.lead.moves and step.taken_on >= self.lead.received_on:
            outcome = " · ".join(part for part in (step.get_kind_display(), self.number) if part)
            self.lead.handle(by=by, outcome=outcome, on=step.taken_on)

    def _wait_no_more(self, step, *, by):
        for record in [self, *self.penalties.all()]:
            record.drop_deadlines(by=by, reason=step.get_kind_display(), on=step.taken_on)

    def _numbered(self, number, on, series=Series.CASE):
        """The number as typed, else taken from the block. Raises ValidationError beside the number when none is left."""
        try:
            return number.strip() or take_number(self.unit, series, on)
        except ValidationError as error:
            raise ValidationError({"number": error.messages}) from None

    def _require_investigation(self):
        if self.status == CaseStatus.PROPOSED:
            raise ValidationError(_("The case must be filed and investigated before it is decided."), code="transition")

    @staticmethod
    def _only_by_manager(officer):
        if not officer.has_perm("inspections.decide_case"):
            raise ValidationError(_("Only a manager or the office files, decides and closes cases."))
