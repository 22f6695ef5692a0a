"""Versioned lists of points, one per kind of entity."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from entities.trace import History
from inspections.models.campaign import Severity


class Answer(models.TextChoices):
    PASS = "pass", _("pass")
    FAIL = "fail", _("fail")
    NOT_APPLICABLE = "na", _("not applicable")
    NOT_CHECKED = "unchecked", _("not checked")


class Checklist(models.Model):
    """The points to look at in entities of some kinds (检查表)."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kinds = models.JSONField(_("kinds of entity"), default=list)

    history = History()

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ["code"]

    def __str__(self):
        return self.name


class ChecklistVersionQuerySet(models.QuerySet):
    def for_visit(self, kind, on):
        """The version in force on that day for that kind of entity, or None."""
        versions = self.filter(in_force_from__lte=on).filter(Q(in_force_to=None) | Q(in_force_to__gte=on))
        # The kinds are a JSON list; no JSON `contains` on SQLite, and there are only a handful of checklists.
        return next(
            (v for v in versions.select_related("checklist").order_by("-number") if kind in v.checklist.kinds), None
        )


class ChecklistVersion(models.Model):
    """A checklist as it stood from a day to a day (检查表版本); answers of a visit are checked against their version."""

    checklist = models.ForeignKey(Checklist, models.PROTECT, verbose_name=_("checklist"), related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    in_force_from = models.DateField(_("in force from"))
    in_force_to = models.DateField(_("in force to"), null=True, blank=True)

    history = History()
    objects = ChecklistVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist version")
        verbose_name_plural = _("checklist versions")
        ordering = ["checklist", "number"]
        constraints = [
            models.UniqueConstraint(fields=["checklist", "number"], name="checklist_version_number_once"),
            models.CheckConstraint(
                name="checklist_version_ends_after_it_starts",
                condition=Q(in_force_to=None) | Q(in_force_to__gte=F("in_force_from")),
                violation_error_message=_("The last day in force is not before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.checklist} v{self.number}"

    def items_on(self, day, kind=None):
        """The points that rest on rules in force on that day (and that apply to that kind), in order."""
        items = self.items.filter(Q(in_force_from=None) | Q(in_force_from__lte=day)).filter(
            Q(in_force_to=None) | Q(in_force_to__gte=day)
        )
        return [item for item in items if not kind or not item.kinds or kind in item.kinds]


class ChecklistItem(models.Model):
    """One point of a checklist (检查项), shown only on days when the rule that it rests on is in force."""

    version = models.ForeignKey(ChecklistVersion, models.PROTECT, verbose_name=_("version"), related_name="items")
    position = models.PositiveSmallIntegerField(_("position"))
    code = models.CharField(_("code"), max_length=20)
    section = models.CharField(_("section"), max_length=60)
    text = models.CharField(_("point"), max_length=300)
    basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    typical_hazard = models.CharField(_("typical hazards"), max_length=300, blank=True)
    severity = models.CharField(_("severity when it fails"), max_length=10, choices=Severity)
    is_key_point = models.BooleanField(_("in the short form"), default=False)
    category = models.CharField(_("category of hazard"), max_length=30, blank=True)
    kinds = models.JSONField(_("only for kinds"), default=list, blank=True)
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    in_force_to = models.DateField(_("in force to"), null=True, blank=True)

    history = History()

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="checklist_item_code_once"),
        ]

    def __str__(self):
        return f"{self.code} {self.text}"

    @property
    def suggestions(self) -> list[str]:
        """What is usually wrong here, one phrase each."""
        return [phrase for phrase in self.typical_hazard.split("；") if phrase]
