"""Administrative-penalty cases and what they decided."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.identity import IdentityCard
from entities.models import Entity, Officer
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.case_step import BY_VERB, CaseStep, StepKind
from inspections.models.cause import Cause
from inspections.models.deadline import DeadlineKind, WithDeadlines
from inspections.models.inspection import Inspection
from inspections.models.numbering import Series, take_number
from inspections.models.record import OfEntity, Record, RecordQuerySet, WithEvidence


class CaseStatus(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    NOT_FILED = "not_filed", _("not filed")
    FILED = "filed", _("filed")
    INVESTIGATING = "investigating", _("investigating")
    DECIDED = "decided", _("decided")
    CLOSED = "closed", _("closed")
    POLICE = "police", _("handed over to the police")
    TRANSFERRED = "transferred", _("transferred")
    REVOKED = "revoked", _("revoked")


class CaseQuerySet(RecordQuerySet):
    def filed(self):
        """Cases that were filed, whatever became of them afterwards."""
        return self.exclude(filed_on=None)

    def from_crackdowns(self):
        """Cases that came from a crackdown operation, by themselves or through one of its inspections."""
        return self.filter(Q(operation__kind="crackdown") | Q(inspection__operation__kind="crackdown"))

    def not_from_crackdowns(self):
        return self.exclude(pk__in=self.model.objects.from_crackdowns().values("pk"))


class Case(OfEntity, IdentityCard, WithDeadlines, WithEvidence, Record):
    """An administrative-penalty case (案件), from proposal to closing."""

    class Origin(models.TextChoices):
        INSPECTION = "inspection", _("inspection")
        OPERATION = "operation", _("operation")
        SAMPLING = "sampling", _("sampling")
        LEAD = "lead", _("lead")
        TRANSFER = "transfer", _("transferred to us")

    class Procedure(models.TextChoices):
        ORDINARY = "ordinary", _("ordinary")
        ON_THE_SPOT = "on_the_spot", _("on the spot")

    date_field = "proposed_on"
    moves = {
        CaseStatus.PROPOSED: {CaseStatus.FILED, CaseStatus.NOT_FILED, CaseStatus.DECIDED},
        CaseStatus.FILED: {
            CaseStatus.INVESTIGATING, CaseStatus.POLICE, CaseStatus.TRANSFERRED, CaseStatus.REVOKED,
        },
        CaseStatus.INVESTIGATING: {
            CaseStatus.DECIDED, CaseStatus.POLICE, CaseStatus.TRANSFERRED, CaseStatus.REVOKED,
        },
        CaseStatus.DECIDED: {CaseStatus.CLOSED, CaseStatus.REVOKED},
    }  # fmt: skip

    number = models.CharField(_("case number"), max_length=50, blank=True)
    entity = models.ForeignKey(
        Entity, models.PROTECT, verbose_name=_("entity"), related_name="cases", null=True, blank=True
    )
    person_name = models.CharField(_("natural person"), max_length=50, blank=True)
    came_from = models.CharField(_("origin"), max_length=20, choices=Origin)
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, verbose_name=_("from inspection"), related_name="cases", null=True, blank=True
    )
    operation = models.ForeignKey(
        "inspections.Operation", models.PROTECT, verbose_name=_("from operation"), related_name="cases",
        null=True, blank=True,
    )  # fmt: skip
    batch = models.ForeignKey(
        "inspections.SamplingBatch", models.PROTECT, verbose_name=_("from sampling batch"), related_name="cases",
        null=True, blank=True,
    )  # fmt: skip
    lead = models.ForeignKey(
        "inspections.Lead", models.PROTECT, verbose_name=_("from lead"), related_name="cases", null=True, blank=True
    )
    acted_on = models.DateField(_("date of the act"), null=True, blank=True)
    ground = models.ForeignKey(
        Cause, models.PROTECT, verbose_name=_("cause of the table"), related_name="+", null=True, blank=True
    )
    # Copied from the table, so that a case reads as it was written when the table changes.
    cause = models.CharField(_("cause"), max_length=200)
    legal_basis = models.CharField(_("legal basis on the date of the act"), max_length=310, blank=True)
    procedure = models.CharField(_("procedure"), max_length=20, choices=Procedure, default=Procedure.ORDINARY)
    status = models.CharField(
        _("status"), max_length=20, choices=CaseStatus, default=CaseStatus.PROPOSED, editable=False
    )
    proposed_on = models.DateField(_("proposed on"))
    filed_on = models.DateField(_("filed on"), null=True, blank=True, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    police_on = models.DateField(_("handed to the police on"), null=True, blank=True, editable=False)
    no_penalty = models.BooleanField(_("decided: no penalty"), default=False, editable=False)
    officers = models.ManyToManyField(Officer, verbose_name=_("officers"), related_name="+", blank=True)
    goods_value = models.DecimalField(
        _("value of goods (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    closes_illegal_workshop = models.BooleanField(_("illegal workshop closed"), default=False)
    workshop_value = models.DecimalField(
        _("value at the workshop (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    suspects = models.PositiveIntegerField(_("suspects"), default=0, editable=False)
    transferred_to = models.CharField(_("transferred to"), max_length=100, blank=True, editable=False)
    abnormal_on = models.DateField(_("entity listed as abnormal on"), null=True, blank=True, editable=False)

    objects = CaseQuerySet.as_manager()
    scope = ScopePaths(
        regions=("region__code", "entity__region__code"),
        departments=("unit__department",),
        unit="unit",
        people=("created_by", "officers"),
    )
    _history_m2m_fields = [officers]

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-proposed_on", "-pk"]
        permissions = [("decide_case", "Can file, decide and close cases")]
        constraints = [
            models.CheckConstraint(
                name="case_against_entity_or_person",
                condition=Q(entity__isnull=False, person_name="") | Q(entity=None) & ~Q(person_name=""),
                violation_error_message=_("A case is against an entity or against a natural person."),
            ),
            models.CheckConstraint(
                name="case_origin_names_its_record",
                condition=Q(came_from="inspection", inspection__isnull=False)
                | Q(came_from="operation", operation__isnull=False)
                | Q(came_from="sampling", batch__isnull=False)
                | Q(came_from="lead", lead__isnull=False)
                | Q(came_from="transfer"),
                violation_error_message=_("Choose the record from which the case comes."),
            ),
            models.CheckConstraint(
                name="case_dates_follow_each_other",
                condition=(Q(filed_on=None) | Q(filed_on__gte=F("proposed_on")))
                & (Q(decided_on=None) | Q(decided_on__gte=F("filed_on")))
                & (Q(closed_on=None) | Q(closed_on__gte=F("decided_on"))),
                violation_error_message=_("A case is proposed, filed, decided and closed in this order: check the dates."),
            ),
            models.CheckConstraint(
                name="case_status_has_its_dates",
                condition=Q(status__in=[CaseStatus.PROPOSED, CaseStatus.NOT_FILED], filed_on=None)
                | Q(
                    status__in=[
                        CaseStatus.FILED, CaseStatus.INVESTIGATING, CaseStatus.POLICE, CaseStatus.TRANSFERRED,
                        CaseStatus.REVOKED,
                    ],
                    filed_on__isnull=False,
                )
                | Q(status=CaseStatus.DECIDED, filed_on__isnull=False, decided_on__isnull=False)
                | Q(status=CaseStatus.CLOSED, decided_on__isnull=False, closed_on__isnull=False),
                violation_error_message=_("The status of a case has its date."),
            ),
            models.UniqueConstraint(
                fields=["unit", "number"],
                condition=~Q(number=""),
                name="case_number_once_per_unit",
                violation_error_message=_("Your unit has already used this number."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.number or f"{self.get_status_display()} · {self.party}"

    @property
    def party(self) -> str:
        """The entity or person against whom the case runs."""
        return str(self.entity or self.person_name)

    def origin(self):
        return self.inspection or self.entity or self.batch or self.lead or self.operation

    def place(self, by):
        """The unit is the one that handles the case, whoever made the inspection; cause and articles come from the table."""
        super().place(by)
        if self.inspection is not None and self.entity_id is None and not self.person_name:
            self.entity_id = self.inspection.entity_id
        self.acted_on = self.acted_on or getattr(self.inspection, "inspected_on", None) or self.proposed_on
        if self.ground is not None:
            self.cause, self.legal_basis = self.ground.name, self.ground.basis

    def clean(self):
        super().clean()
        self.refuse_future("filed_on", "decided_on", "closed_on", "police_on", "acted_on")
        if self.acted_on and self.proposed_on and self.acted_on > self.proposed_on:
            raise ValidationError({"acted_on": _("The act was before the case was proposed: check the date.")})
        if self.ground is not None and self.acted_on and not self.ground.applies_on(self.acted_on):
            raise ValidationError(
                {"ground": gettext("These articles were not in force on %(day)s, the day of the act: choose another row.")
                 % {"day": self.acted_on}}
            )  # fmt: skip

    @transaction.atomic
    def propose(self, *, by, on=None):
        """Write the new case: whether it is filed must be decided in time (立案期限)."""
        self.store(by=by, on=on)
        self.take_step(StepKind.PROPOSED, by=by, on=self.proposed_on)
        self.start_deadline(DeadlineKind.FILING, on=self.proposed_on, by=by)
        return self

    @transaction.atomic
    def file(self, *, by, number="", on=None, note=""):
        """Open the case (立案), under the number typed or the next of the county's block."""
        self._only_by_manager(by)
        day = on or today()
        number = number.strip() or take_number(self.unit, Series.CASE, day)
        self.advance(CaseStatus.FILED, by=by, on=on, filed_on=day, number=number)
        self.take_step(StepKind.FILED, by=by, on=day, number=number, note=note)
        self.meet_deadline(DeadlineKind.FILING, on=day, by=by)
        self.start_deadline(DeadlineKind.DECISION, on=day, by=by, officer=self.created_by)

    @transaction.atomic
    def refuse(self, *, by, reason, on=None):
        """Decide not to file (不予立案)."""
        self._only_by_manager(by)
        self.need_reason(reason)
        self.advance(CaseStatus.NOT_FILED, by=by, on=on, reason=reason)
        self.take_step(StepKind.NOT_FILED, by=by, on=on, note=reason)
        self.meet_deadline(DeadlineKind.FILING, on=on or today(), by=by)

    @transaction.atomic
    def investigate(self, *, by, on=None):
        self.advance(CaseStatus.INVESTIGATING, by=by, on=on)
        self.take_step(StepKind.INVESTIGATION, by=by, on=on)

    @transaction.atomic
    def decide(self, *, by, no_penalty=False, on=None, number="", note=""):
        """Decide an investigated case; its penalties are imposed afterwards with `impose`."""
        self._only_by_manager(by)
        self._require_investigation()
        day = on or today()
        self.advance(CaseStatus.DECIDED, by=by, on=on, decided_on=day, no_penalty=no_penalty)
        self.take_step(StepKind.DECIDED, by=by, on=day, number=number, note=note)
        self.meet_deadline(DeadlineKind.DECISION, on=day, by=by)

    @transaction.atomic
    def decide_on_the_spot(self, *, by, number="", on=None):
        """Propose and decide in one step (当场处罚, 行政处罚法 第五十一条)."""
        if self.procedure != self.Procedure.ON_THE_SPOT:
            raise ValidationError(_("Only the on-the-spot procedure decides at once."))
        self.lock()
        if self.status != CaseStatus.PROPOSED:
            raise ValidationError(_("Only a proposed case is decided on the spot."), code="transition")
        day = on or today()
        number = number.strip() or take_number(self.unit, Series.CASE, day)
        self.advance(CaseStatus.DECIDED, by=by, on=on, filed_on=day, decided_on=day, number=number)
        self.take_step(StepKind.DECIDED, by=by, on=day, number=number)
        self.meet_deadline(DeadlineKind.FILING, on=day, by=by)

    @transaction.atomic
    def close(self, *, by, on=None, note=""):
        """Close a decided case (结案)."""
        self._only_by_manager(by)
        day = on or today()
        self.advance(CaseStatus.CLOSED, by=by, on=on, closed_on=day)
        self.take_step(StepKind.CLOSED, by=by, on=day, note=note)
        self.meet_deadline(DeadlineKind.CLOSING, on=day, by=by)
        self.drop_deadlines(by=by, on=day, reason=gettext("closed"))

    def hand_to_police(self, *, by, on=None, suspects=0, number=""):
        """Hand a suspected crime to the police (行政执法机关移送涉嫌犯罪案件的规定)."""
        day = on or today()
        self._leave(CaseStatus.POLICE, StepKind.POLICE, by=by, on=on, number=number, police_on=day, suspects=suspects)

    def transfer(self, *, by, reason, to="", on=None):
        """Give the case to another authority."""
        self.need_reason(reason)
        self._leave(
            CaseStatus.TRANSFERRED, StepKind.TRANSFERRED, by=by, on=on, reason=reason, transferred_to=to.strip()
        )

    def revoke(self, *, by, reason, on=None):
        """Withdraw a filed case, or a decision after its review."""
        self.need_reason(reason)
        self._leave(CaseStatus.REVOKED, StepKind.REVOKED, by=by, on=on, reason=reason)

    @transaction.atomic
    def _leave(self, to, kind, *, by, on, reason="", number="", **changes):
        self._only_by_manager(by)
        self.advance(to, by=by, on=on, reason=reason, **changes)
        self.take_step(kind, by=by, on=on, number=number, note=reason)
        self.drop_deadlines(by=by, on=on, reason=str(self.get_status_display()))

    @transaction.atomic
    def list_as_abnormal(self, *, by, reason, on=None):
        """Record that the entity was entered in the list of abnormal operations (经营异常名录)."""
        self._only_by_manager(by)
        self.need_reason(reason)
        self.lock()
        if self.entity_id is None or self.filed_on is None or self.abnormal_on is not None:
            raise ValidationError(_("Only an entity whose case is filed is listed, and only once."), code="transition")
        self.abnormal_on = on or today()
        self.store(by=by, reason=reason)
        self.take_step(StepKind.ABNORMAL, by=by, on=on, note=reason)

    @transaction.atomic
    def record_step(self, *, by, kind, on=None, number="", note=""):
        """Record a step that does not change the status: a statement, the notice, the hearing, the service of the decision."""
        if kind in BY_VERB:
            raise ValidationError({"kind": _("This step is taken by its own button.")})
        self.lock()
        if self.status not in (CaseStatus.FILED, CaseStatus.INVESTIGATING, CaseStatus.DECIDED):
            raise ValidationError(_("Steps are recorded between filing and closing."), code="transition")
        day = on or today()
        if kind == StepKind.SERVED and self.status != CaseStatus.DECIDED:
            raise ValidationError({"kind": _("Only a decided case has a decision to serve.")})
        step = self.take_step(kind, by=by, on=day, number=number, note=note)
        if kind == StepKind.NOTICE:
            self.start_deadline(DeadlineKind.HEARING, on=day, by=by)
        if kind in (StepKind.HEARING_REQUESTED, StepKind.HEARING_WAIVED):
            self.meet_deadline(DeadlineKind.HEARING, on=day, by=by)
        if kind == StepKind.SERVED:
            unpaid = self.penalties.filter(amount__isnull=False, paid_on=None).exists()
            self.start_deadline(DeadlineKind.PAYMENT if unpaid else DeadlineKind.CLOSING, on=day, by=by)
        return step

    def take_step(self, kind, *, by, on=None, number="", note=""):
        """Write a step of the case. Raises ValidationError for a day before the case was proposed or in the future."""
        day = on or today()
        if day < self.proposed_on:
            raise ValidationError({"on": _("No step of a case is before its proposal: check the date.")})
        step = CaseStep(case=self, kind=kind, taken_on=day, number=number.strip(), note=note.strip())
        step.store(by=by, on=max(day, today()))
        return step

    @transaction.atomic
    def impose(self, penalty, *, by, on=None):
        """Write a penalty of this case. Raises ValidationError unless the case is decided, and not as *no penalty*."""
        self.lock()
        penalty.case = self
        penalty.store(by=by, on=on)
        return penalty

    def _require_investigation(self):
        if self.status == CaseStatus.PROPOSED:
            raise ValidationError(_("The case must be filed and investigated before it is decided."), code="transition")

    @staticmethod
    def _only_by_manager(officer):
        if not officer.has_perm("inspections.decide_case"):
            raise ValidationError(_("Only a manager or the office files, decides and closes cases."))
