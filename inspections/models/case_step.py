"""What was done in a case, day by day."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.scope import ScopePaths
from inspections.models.record import Record, WithEvidence


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


class StepKind(models.TextChoices):
    FILED = "filed", _("decision to file")
    NOT_FILED = "not_filed", _("decision not to file")
    INVESTIGATING = "investigating", _("investigation begun")
    INVESTIGATION_CLOSED = "investigation_closed", _("investigation closed")
    LEGAL_REVIEW = "legal_review", _("legal review")
    NOTICE = "notice", _("notice of the intended penalty")
    STATEMENT = "statement", _("statement and defence")
    HEARING_REQUESTED = "hearing_requested", _("hearing requested")
    HEARING_HELD = "hearing_held", _("hearing held")
    DISCUSSION = "discussion", _("collective discussion")
    DECIDED = "decided", _("decision on the penalty")
    SERVED = "served", _("decision served")
    PAID = "paid", _("payment")
    REMINDED = "reminded", _("reminder to carry out the decision")
    COURT = "court", _("enforcement asked of the court")
    PUBLISHED = "published", _("penalty made public")
    CLOSED = "closed", _("case closed")
    POLICE = "police", _("handed over to the police")
    TRANSFERRED = "transferred", _("transferred to another authority")
    REVOKED = "revoked", _("case revoked")
    ABNORMAL = "abnormal", _("entered in the list of abnormal operations")
    OTHER = "other", _("other step")


_INVESTIGATED = (CaseStatus.FILED, CaseStatus.INVESTIGATING)
_DECIDED = (CaseStatus.DECIDED, CaseStatus.CLOSED)
# Steps that change no status, and while the case stands how they happen.
OCCASIONS = {
    StepKind.INVESTIGATION_CLOSED: _INVESTIGATED,
    StepKind.LEGAL_REVIEW: _INVESTIGATED,
    StepKind.NOTICE: _INVESTIGATED,
    StepKind.STATEMENT: _INVESTIGATED,
    StepKind.HEARING_REQUESTED: _INVESTIGATED,
    StepKind.HEARING_HELD: _INVESTIGATED,
    StepKind.DISCUSSION: _INVESTIGATED,
    StepKind.SERVED: _DECIDED,
    StepKind.REMINDED: _DECIDED,
    StepKind.COURT: _DECIDED,
    StepKind.PUBLISHED: _DECIDED,
    StepKind.OTHER: tuple(CaseStatus),
}


def steps_open_to(case) -> list[StepKind]:
    """The steps that can be recorded while the case stands as it does."""
    return [kind for kind, statuses in OCCASIONS.items() if case.status in statuses]


class CaseStep(WithEvidence, Record):
    """One step of a case with its date, officer, number and papers (办案步骤); written by the verbs of the case."""

    date_field = "taken_on"

    case = models.ForeignKey("inspections.Case", models.PROTECT, verbose_name=_("case"), related_name="steps")
    kind = models.CharField(_("kind"), max_length=30, choices=StepKind)
    taken_on = models.DateField(_("date"))
    number = models.CharField(_("number of the document"), max_length=50, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    scope = ScopePaths(
        entities=("case__entity",),
        departments=("unit__department",),
        unit="unit",
        people=("created_by", "case__officers"),
    )

    class Meta:
        verbose_name = _("step of a case")
        verbose_name_plural = _("steps of cases")
        ordering = ["-taken_on", "-pk"]
        indexes = [models.Index(fields=["campaign", "taken_on", "id"], name="case_step_list")]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.taken_on}"

    def origin(self):
        return self.case

    def clean(self):
        """No step before the case was proposed; what follows the filing is not before it."""
        super().clean()
        if self.taken_on is None or self.case_id is None:
            return
        begins_on = self.case.proposed_on
        if self.kind in OCCASIONS and self.case.filed_on:
            begins_on = self.case.filed_on
        if self.taken_on < begins_on:
            raise ValidationError(
                {"taken_on": gettext("The case begins on %(day)s: enter that day or a later one.") % {"day": begins_on}}
            )
