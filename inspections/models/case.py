"""Administrative-penalty cases and what they decided."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from entities.identity import IdentityCard
from entities.models import Entity, Officer, ProductType
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.inspection import Inspection
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


class Case(OfEntity, IdentityCard, WithEvidence, Record):
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
    cause = models.CharField(_("cause"), max_length=200)
    legal_basis = models.CharField(_("legal basis on the date of the act"), max_length=300, blank=True)
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
        """The unit is the one that handles the case, whoever made the inspection."""
        super().place(by)
        if self.inspection is not None and self.entity_id is None and not self.person_name:
            self.entity_id = self.inspection.entity_id

    def clean(self):
        super().clean()
        self.refuse_future("filed_on", "decided_on", "closed_on", "police_on")

    def file(self, *, by, number, on=None):
        """Open the case (立案)."""
        self._only_by_manager(by)
        self.advance(CaseStatus.FILED, by=by, on=on, filed_on=on or today(), number=number.strip())

    def refuse(self, *, by, reason, on=None):
        """Decide not to file (不予立案)."""
        self._only_by_manager(by)
        self.need_reason(reason)
        self.advance(CaseStatus.NOT_FILED, by=by, on=on, reason=reason)

    def investigate(self, *, by, on=None):
        self.advance(CaseStatus.INVESTIGATING, by=by, on=on)

    def decide(self, *, by, no_penalty=False, on=None):
        """Decide an investigated case; its penalties are imposed afterwards with `impose`."""
        self._only_by_manager(by)
        self._require_investigation()
        self.advance(CaseStatus.DECIDED, by=by, on=on, decided_on=on or today(), no_penalty=no_penalty)

    @transaction.atomic
    def decide_on_the_spot(self, *, by, number, on=None):
        """Propose and decide in one step (当场处罚, 行政处罚法 第五十一条)."""
        if self.procedure != self.Procedure.ON_THE_SPOT:
            raise ValidationError(_("Only the on-the-spot procedure decides at once."))
        self.lock()
        if self.status != CaseStatus.PROPOSED:
            raise ValidationError(_("Only a proposed case is decided on the spot."), code="transition")
        day = on or today()
        self.advance(CaseStatus.DECIDED, by=by, on=on, filed_on=day, decided_on=day, number=number.strip())

    def close(self, *, by, on=None):
        """Close a decided case (结案)."""
        self._only_by_manager(by)
        self.advance(CaseStatus.CLOSED, by=by, on=on, closed_on=on or today())

    def hand_to_police(self, *, by, on=None):
        self._only_by_manager(by)
        self.advance(CaseStatus.POLICE, by=by, on=on, police_on=on or today())

    def transfer(self, *, by, reason, on=None):
        """Give the case to another authority."""
        self._only_by_manager(by)
        self.need_reason(reason)
        self.advance(CaseStatus.TRANSFERRED, by=by, on=on, reason=reason)

    def revoke(self, *, by, reason, on=None):
        """Withdraw a filed case, or a decision after its review."""
        self._only_by_manager(by)
        self.need_reason(reason)
        self.advance(CaseStatus.REVOKED, by=by, on=on, reason=reason)

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


class Penalty(OfEntity, Record):
    """What a case decided (行政处罚): a warning, a fine, a confiscation, a closure …"""

    class Kind(models.TextChoices):
        WARNING = "warning", _("warning")
        FINE = "fine", _("fine")
        GOODS = "goods", _("confiscation of goods")
        GAINS = "gains", _("confiscation of illegal gains")
        CLOSURE = "closure", _("closure")

    date_field = "decided_on"

    case = models.ForeignKey(Case, models.PROTECT, verbose_name=_("case"), related_name="penalties")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True)
    goods_kind = models.CharField(_("goods"), max_length=20, choices=ProductType, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    goods_value = models.DecimalField(
        _("value of goods (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    number = models.CharField(_("decision number"), max_length=50)
    decided_on = models.DateField(_("decided on"))
    paid_on = models.DateField(_("paid on"), null=True, blank=True)

    scope = ScopePaths(
        regions=("region__code", "case__entity__region__code"),
        departments=("unit__department",),
        unit="unit",
        people=("created_by", "case__officers"),
    )

    class Meta:
        verbose_name = _("penalty")
        verbose_name_plural = _("penalties")
        ordering = ["-decided_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="penalty_fine_is_positive",
                # Compared with nothing, a database answers "unknown" and lets the row pass.
                condition=~Q(kind__in=["fine", "gains"]) | Q(amount__isnull=False, amount__gt=0),
                violation_error_message=_("A fine or a confiscated gain has an amount above zero."),
            ),
            models.CheckConstraint(
                name="penalty_goods_have_quantity",
                condition=~Q(kind="goods") | Q(quantity__isnull=False, quantity__gte=1) & ~Q(goods_kind=""),
                violation_error_message=_("Confiscated goods have a kind and a quantity of at least 1."),
            ),
            models.CheckConstraint(
                name="penalty_amounts_fit_kind",
                condition=(Q(kind__in=["fine", "gains"]) | Q(amount=None)) & (Q(kind="goods") | Q(quantity=None)),
                violation_error_message=_("Only a fine or gain has an amount, only confiscated goods a quantity."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.number}"

    def origin(self):
        return self.case

    def clean(self):
        super().clean()
        if self.case_id is None:
            return
        if self.case.status not in (CaseStatus.DECIDED, CaseStatus.CLOSED):
            raise ValidationError(_("A penalty needs a decided case: decide the case first."))
        if self.case.no_penalty:
            raise ValidationError(_("This case was decided without a penalty."))
        if self.decided_on and self.decided_on < self.case.decided_on:
            raise ValidationError({"decided_on": _("A penalty is not decided before its case.")})
