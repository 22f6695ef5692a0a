"""What a case can be about, by which articles, from when to when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from entities.trace import History


class CauseGroup(models.TextChoices):
    MODIFICATION = "modification", _("illegal modification")
    PRODUCTION = "production", _("production")
    SALE = "sale", _("sale")
    CERTIFICATION = "certification", _("certification")
    SERVICE = "service", _("repair service")
    LICENCE = "licence", _("licence")
    OTHER = "other", _("other")


class CauseQuerySet(models.QuerySet):
    def in_force(self, on):
        """Those whose articles applied on that day."""
        return self.filter(Q(in_force_to=None) | Q(in_force_to__gte=on), in_force_from__lte=on)


class Cause(models.Model):
    """A cause of action with the articles violated and those that penalise it (案由); an administrator keeps the table."""

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=100)
    violated = models.CharField(_("articles violated"), max_length=140, blank=True)
    penalised = models.CharField(_("articles that penalise"), max_length=140)
    group = models.CharField(_("group"), max_length=20, choices=CauseGroup)
    in_force_from = models.DateField(_("in force from"))
    in_force_to = models.DateField(_("in force to"), null=True, blank=True)

    history = History()
    objects = CauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("cause of action")
        verbose_name_plural = _("causes of action")
        ordering = ["group", "code", "in_force_from"]
        constraints = [
            models.CheckConstraint(
                name="cause_ends_after_it_begins",
                condition=Q(in_force_to=None) | Q(in_force_to__gte=F("in_force_from")),
                violation_error_message=_("A cause ends on or after the day it begins."),
            ),
            models.UniqueConstraint(
                fields=["code", "in_force_from"],
                name="cause_code_begins_once",
                violation_error_message=_("Another cause with this code begins on the same day."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def articles(self) -> str:
        """What was violated and what penalises it, as a case quotes them."""
        return "；".join(part for part in (self.violated, self.penalised) if part)

    def is_in_force(self, on) -> bool:
        """Whether it applied on that day."""
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)
