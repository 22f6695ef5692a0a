"""The campaign itself."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from entities.models import Region
from entities.trace import History
from inspections.models.calendar import working_days_after


class Severity(models.TextChoices):
    GENERAL = "general", _("general")
    SERIOUS = "serious", _("serious")
    MAJOR = "major", _("major")


def default_inspector_reviews():
    return [Severity.GENERAL.value]


class Campaign(models.Model):
    """The time-boxed action (整治行动); every record of work belongs to exactly one."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        RUNNING = "running", _("running")
        WRAPPING_UP = "wrapping_up", _("wrapping up")
        CLOSED = "closed", _("finished")

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), related_name="+")
    regions = models.ManyToManyField(Region, verbose_name=_("regions taking part"), related_name="+", blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    is_synthetic = models.BooleanField(_("demonstration data"), default=False, editable=False)
    general_days = models.PositiveSmallIntegerField(_("working days to rectify a general hazard"), default=15)
    serious_days = models.PositiveSmallIntegerField(_("working days to rectify a serious hazard"), default=7)
    major_days = models.PositiveSmallIntegerField(_("working days to rectify a major hazard"), default=3)
    revisit_days = models.PositiveSmallIntegerField(_("working days to revisit a closed or refusing entity"), default=5)
    inspector_reviews = models.JSONField(
        _("severities that an inspector may accept"), default=default_inspector_reviews, blank=True
    )

    history = History()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts_on"]
        permissions = [
            ("export_scope", "Can export every ledger of the scope, not only the own records"),
            ("read_history", "Can read the change history of everything"),
        ]
        constraints = [
            models.CheckConstraint(
                name="campaign_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A campaign ends on or after the day it starts."),
            ),
            models.CheckConstraint(
                name="campaign_deadlines_are_positive",
                condition=Q(general_days__gte=1, serious_days__gte=1, major_days__gte=1, revisit_days__gte=1),
                violation_error_message=_("A deadline is at least one working day."),
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the screen."""
        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def takes_inspections(self) -> bool:
        return self.status == self.Status.RUNNING

    @property
    def is_finished(self) -> bool:
        return self.status == self.Status.CLOSED

    def deadline(self, severity: str, found_on):
        """The last day to rectify a hazard of that severity: so many working days from the next day on."""
        return working_days_after(found_on, getattr(self, f"{Severity(severity).value}_days"))

    def revisit_by(self, visited_on):
        """The last day to go again to an entity that was closed or refused."""
        return working_days_after(visited_on, self.revisit_days)

    def clean(self):
        if set(self.inspector_reviews) - set(Severity.values):
            raise ValidationError({"inspector_reviews": _("Choose from the list.")})
