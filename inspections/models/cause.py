"""Causes of cases with the articles that they break, as an administrator keeps them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class CauseQuerySet(models.QuerySet):
    def in_force(self, on):
        """The causes whose articles applied on that day, the day of the act (从旧兼从轻 is for the officer to weigh)."""
        return self.filter(Q(in_force_to=None) | Q(in_force_to__gte=on), in_force_from__lte=on)


class Cause(models.Model):
    """What a case is about, with the violated and the penalising articles (案由), from when to when they applied."""

    class Group(models.TextChoices):
        MODIFICATION = "modification", _("illegal modification")
        PRODUCTION = "production", _("production")
        SALE = "sale", _("sale")
        CERTIFICATION = "certification", _("certification")
        SERVICE = "service", _("services")
        LICENCE = "licence", _("licences")
        OTHER = "other", _("other")

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("cause"), max_length=200)
    violated = models.CharField(_("article violated"), max_length=150)
    penalised = models.CharField(_("penalising article"), max_length=150)
    group = models.CharField(_("group"), max_length=20, choices=Group, default=Group.OTHER)
    in_force_from = models.DateField(_("in force from"))
    in_force_to = models.DateField(_("in force to"), null=True, blank=True)

    history = HistoricalRecords()
    objects = CauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        ordering = ["code", "in_force_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "in_force_from"],
                name="cause_begins_once",
                violation_error_message=_("This cause already has a row that begins on that day."),
            ),
            models.CheckConstraint(
                name="cause_ends_after_it_begins",
                condition=Q(in_force_to=None) | Q(in_force_to__gte=F("in_force_from")),
                violation_error_message=_("A row ends on or after the day it begins."),
            ),
        ]

    def __str__(self):
        return f"{self.name}（{self.penalised}）"

    @property
    def basis(self) -> str:
        """Both articles, as a case copies them."""
        return f"{self.violated}；{self.penalised}"

    def applies_on(self, day) -> bool:
        return self.in_force_from <= day and (self.in_force_to is None or day <= self.in_force_to)
