"""The steps of a case, each with its day, officer and document."""

from django.db import models
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from entities.scope import ScopePaths
from inspections.models.record import Record, WithEvidence


class StepKind(TextChoices):
    PROPOSED = "proposed", _("proposed")
    FILED = "filed", _("filed")
    NOT_FILED = "not_filed", _("not filed")
    INVESTIGATION = "investigation", _("investigation begun")
    STATEMENT = "statement", _("statement taken")
    INVESTIGATED = "investigated", _("investigation concluded")
    REVIEW = "review", _("legal review")
    NOTICE = "notice", _("notice of penalty")
    HEARING_REQUESTED = "hearing_requested", _("hearing requested")
    HEARING_WAIVED = "hearing_waived", _("hearing waived or not requested")
    HEARING = "hearing", _("hearing held")
    DISCUSSION = "discussion", _("collective discussion")
    DECIDED = "decided", _("decided")
    SERVED = "served", _("decision served")
    PAID = "paid", _("fine paid")
    ABNORMAL = "abnormal", _("entity listed as abnormal")
    PUBLISHED = "published", _("penalty published")
    CLOSED = "closed", _("closed")
    POLICE = "police", _("handed over to the police")
    TRANSFERRED = "transferred", _("transferred")
    REVOKED = "revoked", _("revoked")


# Written by the verb that moves the case; all others are recorded as they happen.
BY_VERB = {
    StepKind.PROPOSED, StepKind.FILED, StepKind.NOT_FILED, StepKind.INVESTIGATION, StepKind.DECIDED, StepKind.PAID,
    StepKind.ABNORMAL, StepKind.CLOSED, StepKind.POLICE, StepKind.TRANSFERRED, StepKind.REVOKED,
}  # fmt: skip


class CaseStep(WithEvidence, Record):
    """One step of a case (办案步骤), with the number of its document."""

    date_field = "taken_on"

    case = models.ForeignKey("inspections.Case", models.PROTECT, verbose_name=_("case"), related_name="steps")
    kind = models.CharField(_("step"), max_length=20, choices=StepKind)
    taken_on = models.DateField(_("date"))
    number = models.CharField(_("document number"), max_length=50, blank=True)
    note = models.TextField(_("note"), blank=True)

    scope = ScopePaths(
        regions=("region__code", "case__entity__region__code"),
        departments=("unit__department",),
        unit="unit",
        people=("created_by", "case__officers"),
    )

    class Meta:
        verbose_name = _("step of a case")
        verbose_name_plural = _("steps of cases")
        ordering = ["taken_on", "pk"]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.taken_on}"

    def origin(self):
        return self.case

    def place(self, by):
        super().place(by)
        self.unit_id = self.case.unit_id
