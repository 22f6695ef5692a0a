"""The campaign itself, and the calendar by which its deadlines run."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from entities.models import Region


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

    history = HistoricalRecords()

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

    def deadline(self, severity: str, found_on):
        """The last day to rectify a hazard of that severity: so many working days from the next day on."""
        return working_days_after(found_on, getattr(self, f"{Severity(severity).value}_days"))

    def revisit_by(self, visited_on):
        """The last day to go again to an entity that was closed or refused."""
        return working_days_after(visited_on, self.revisit_days)

    def clean(self):
        if set(self.inspector_reviews) - set(Severity.values):
            raise ValidationError({"inspector_reviews": _("Choose from the list.")})


class Holiday(models.Model):
    """A day on which the calendar differs from the week (节假日与调休): a day off, or a weekend day that is worked."""

    day = models.DateField(_("day"), primary_key=True)
    name = models.CharField(_("name"), max_length=50)
    is_worked = models.BooleanField(_("worked to make up"), default=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day} {self.name}"


def working_days_after(start, days: int):
    """The date `days` working days after `start`, counting from the next day. One query.

    Monday to Friday, corrected by the table of holidays that an administrator keeps; `years_without_holidays` warns where it is empty.
    """
    until = start + timedelta(days=days * 3 + 30)
    special = dict(Holiday.objects.filter(day__gt=start, day__lte=until).values_list("day", "is_worked"))
    day = start
    while days:
        day += timedelta(days=1)
        if special.get(day, day.weekday() < 5):
            days -= 1
    return day


def years_without_holidays(*days) -> list[int]:
    """The years of those days for which nobody has entered holidays: deadlines there are only as good as the weekends."""
    years = {day.year for day in days}
    return sorted(years - set(Holiday.objects.filter(day__year__in=years).values_list("day__year", flat=True)))
