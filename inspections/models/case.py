"""Administrative-penalty cases, from proposal to closing."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.identity import IdentityCard
from entities.models import Entity, Officer
from entities.scope import ScopePaths
from inspections.models.case_step import CaseStatus
from inspections.models.cause import Cause
from inspections.models.inspection import Inspection
from inspections.models.penalty import Penalty
from inspections.models.proceeding import Proceeding
from inspections.models.record import OfEntity, RecordQuerySet, WithEvidence

__all__ = ["Case", "CaseStatus", "Penalty"]


FROM_A_CRACKDOWN = Q(operation__kind="crackdown") | Q(inspection__operation__kind="crackdown")


class CaseQuerySet(RecordQuerySet):
    def filed(self):
        """Cases that were filed, whatever became of them afterwards."""
        return self.exclude(filed_on=None)

    def from_crackdowns(self):
        """Cases that came from a crackdown operation, by themselves or through one of its inspections."""
        return self.filter(FROM_A_CRACKDOWN)

    def not_from_crackdowns(self):
        return self.exclude(FROM_A_CRACKDOWN)


class Case(OfEntity, IdentityCard, WithEvidence, Proceeding):
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
        Cause, models.PROTECT, verbose_name=_("cause from the table"), related_name="+", null=True, blank=True
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
    suspects = models.PositiveIntegerField(_("suspects handed over"), default=0, editable=False)
    transferred_to = models.CharField(_("transferred to"), max_length=80, blank=True, editable=False)
    abnormal_on = models.DateField(_("listed as abnormal on"), null=True, blank=True, editable=False)
    no_penalty = models.BooleanField(_("decided: no penalty"), default=False, editable=False)
    officers = models.ManyToManyField(Officer, verbose_name=_("officers"), related_name="+", blank=True)
    goods_value = models.DecimalField(
        _("value of goods (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    closes_illegal_workshop = models.BooleanField(_("illegal workshop closed"), default=False)
    workshop_value = models.DecimalField(
        _("value of goods in the workshop (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True
    )

    objects = CaseQuerySet.as_manager()
    scope = ScopePaths(
        entities=("entity",),
        departments=("unit__department",),
        unit="unit",
        people=("created_by", "officers"),
    )
    _history_m2m_fields = [officers]

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-proposed_on", "-pk"]
        indexes = [models.Index(fields=["campaign", "proposed_on", "id"], name="case_list")]
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
            models.CheckConstraint(
                name="case_proposed_after_the_act",
                condition=Q(acted_on=None) | Q(acted_on__lte=F("proposed_on")),
                violation_error_message=_("The act lies on or before the day on which the case was proposed."),
            ),
            models.CheckConstraint(
                name="case_suspects_are_with_the_police",
                condition=Q(suspects=0) | Q(police_on__isnull=False),
                violation_error_message=_("Only a case handed to the police has suspects."),
            ),
            models.CheckConstraint(
                name="case_abnormal_is_an_entity",
                condition=Q(abnormal_on=None) | Q(entity__isnull=False),
                violation_error_message=_("Only an entity is entered in the list of abnormal operations."),
            ),
            models.CheckConstraint(
                name="case_workshop_value_of_a_workshop",
                condition=Q(workshop_value=None) | Q(closes_illegal_workshop=True),
                violation_error_message=_("Only a closed workshop has a value of its goods."),
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
        self.refuse_future("acted_on", "filed_on", "decided_on", "closed_on", "police_on", "abnormal_on")
        if self.ground is None:
            return
        if self.acted_on is None:
            raise ValidationError({"acted_on": _("Enter the date of the act: the articles in force on it apply.")})
        if not self.ground.is_in_force(self.acted_on):
            raise ValidationError(
                {"ground": gettext("“%(cause)s” was not in force on %(day)s: choose a cause that was.")
                 % {"cause": self.ground, "day": self.acted_on}}
            )  # fmt: skip

    @property
    def is_decided(self) -> bool:
        return self.status in (CaseStatus.DECIDED, CaseStatus.CLOSED)

    @property
    def is_on_the_spot(self) -> bool:
        return self.procedure == self.Procedure.ON_THE_SPOT

    def rest_on(self, ground):
        """Take the cause and its articles from the table of causes; not yet written."""
        self.ground, self.cause, self.legal_basis = ground, ground.name, ground.articles
