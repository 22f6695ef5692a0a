"""Concentrated actions and the standing teams of several departments."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Department, Grant, Officer, Region
from entities.page_address import page_address
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.record import Record, WithEvidence


class Operation(WithEvidence, Record):
    """A named concentrated action (集中行动), led by the unit of the record."""

    class Kind(models.TextChoices):
        CRACKDOWN = "crackdown", _("crackdown on illegal assembly and modification")
        JOINT_SUPERVISION = "joint_supervision", _("joint supervision")
        CROSS_COUNTY = "cross_county", _("cross-county inspection")

    date_field = "starts_on"

    key = models.SlugField(
        _("key"), max_length=40, unique=True, help_text=_("Short and lasting, as crackdown-2024-07.")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    departments = models.ManyToManyField(Department, verbose_name=_("departments"), related_name="+", blank=True)
    regions = models.ManyToManyField(Region, verbose_name=_("regions"), related_name="+", blank=True)
    teams = models.ManyToManyField(
        "inspections.JointTeam", verbose_name=_("joint teams"), related_name="operations", blank=True
    )
    officers = models.ManyToManyField(Officer, verbose_name=_("officers"), related_name="+", blank=True)
    goal = models.TextField(_("goal and focus"), blank=True)

    scope = ScopePaths(
        regions=("region__code", "regions__code"), operation="key", unit="unit", people=("created_by", "officers")
    )
    _history_m2m_fields = [departments, regions, teams, officers]

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="operation_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("An operation ends on or after the day it starts."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return page_address("operation_detail", self.pk)

    def clean(self):
        super().clean()
        if self.campaign_id and self.starts_on and self.starts_on > self.campaign.ends_on:
            raise ValidationError({"starts_on": _("The campaign is over by then: choose an earlier day.")})

    def refuse_future(self, *fields):
        """An operation is planned ahead: its first day may lie in the future."""

    def check_regions(self, regions):
        """Raise ValidationError for a region that does not take part in the campaign."""
        outside = [region.name for region in regions if not region.code.startswith(self.campaign.region_id)]
        if outside:
            raise ValidationError(
                {"regions": gettext("Outside the campaign: %(regions)s.") % {"regions": gettext(", ").join(outside)}}
            )

    @transaction.atomic
    def lend_scope(self, *, by):
        """Lend its officers sight of its records for its days; who left it loses what was lent.

        A grant names the operation, so that it opens nothing else of the region.
        """
        self.lock()
        lent = {grant.officer_id: grant for grant in Grant.objects.filter(kind="lent", operation_key=self.key)}
        wanted = {officer.pk: officer for officer in self.officers.all()}
        for pk, grant in lent.items():
            grant._history_user = by
            if pk not in wanted and grant.starts_on >= today():
                grant.delete()  # it opened nothing before today, and must not open anything from then on
            elif pk not in wanted and (grant.ends_on is None or grant.ends_on >= today()):
                grant.ends_on = today() - timedelta(days=1)
                grant.save()
        for pk, officer in wanted.items():
            grant = lent.get(pk) or Grant(officer=officer, kind="lent", operation_key=self.key)
            values = {"region_id": self.region_id, "starts_on": self.starts_on, "ends_on": self.ends_on}
            if grant.pk is None or any(getattr(grant, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(grant, name, value)
                grant._history_user = by
                grant.full_clean()
                grant.save()


class JointTeam(WithEvidence, Record):
    """A standing team of several departments (联合检查组)."""

    date_field = "formed_on"

    name = models.CharField(_("name"), max_length=120)
    formed_on = models.DateField(_("formed on"))
    leader = models.CharField(_("team leader"), max_length=50, blank=True)
    departments = models.ManyToManyField(Department, verbose_name=_("departments"), related_name="+")
    headcount = models.PositiveSmallIntegerField(_("members"), default=0)
    _history_m2m_fields = [departments]

    class Meta:
        verbose_name = _("joint team")
        verbose_name_plural = _("joint teams")
        ordering = ["-formed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "name"],
                name="joint_team_name_once",
                violation_error_message=_("A team of this name already exists."),
            ),
        ]

    def __str__(self):
        return self.name
