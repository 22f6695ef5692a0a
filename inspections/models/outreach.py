"""Coordination, training, publicity, exposure and the watch over sales pages."""

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from entities.models import Entity
from entities.scope import ScopePaths
from inspections.models.record import OfEntity, Record, RecordQuerySet, WithEvidence


class CoordinationEvent(WithEvidence, Record):
    """A plan, task force, meeting, joint consultation, supervision visit or bulletin (统筹协调)."""

    class Kind(models.TextChoices):
        PLAN = "plan", _("plan")
        TASK_FORCE = "task_force", _("task force")
        MEETING = "meeting", _("meeting")
        CONSULTATION = "consultation", _("joint consultation")
        SUPERVISION = "supervision", _("supervision visit")
        BULLETIN = "bulletin", _("bulletin")

    date_field = "held_on"

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    held_on = models.DateField(_("date"))
    title = models.CharField(_("title"), max_length=200)
    number = models.CharField(_("document number"), max_length=50, blank=True)
    summary = models.TextField(_("summary"), blank=True)

    class Meta:
        verbose_name = _("coordination event")
        verbose_name_plural = _("coordination events")
        ordering = ["-held_on", "-pk"]

    def __str__(self):
        return self.title


class Exposure(WithEvidence, Record):
    """A fire incident or a typical case made public (集中曝光)."""

    class Kind(models.TextChoices):
        FIRE = "fire", _("fire incident")
        CASE = "case", _("typical case")

    date_field = "exposed_on"

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    exposed_on = models.DateField(_("exposed on"))
    title = models.CharField(_("title"), max_length=200)
    medium = models.CharField(_("where it was published"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("exposure")
        verbose_name_plural = _("exposures")
        ordering = ["-exposed_on", "-pk"]

    def __str__(self):
        return self.title


class Training(WithEvidence, Record):
    """A training session with head counts by kind (培训)."""

    date_field = "held_on"

    title = models.CharField(_("title"), max_length=200)
    held_on = models.DateField(_("held on"))
    directors = models.PositiveIntegerField(_("quality-safety directors"), default=0)
    quality_officers = models.PositiveIntegerField(_("quality-safety officers"), default=0)
    others = models.PositiveIntegerField(_("other participants"), default=0)
    enterprises = models.PositiveIntegerField(_("enterprises"), default=0)

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="training_has_participants",
                condition=Q(directors__gt=0) | Q(quality_officers__gt=0) | Q(others__gt=0),
                violation_error_message=_("Enter how many people were trained."),
            ),
        ]

    def __str__(self):
        return self.title


class Publicity(WithEvidence, Record):
    """Printed or filmed items with their quantity (宣传)."""

    class Kind(models.TextChoices):
        LEAFLET = "leaflet", _("leaflet")
        POSTER = "poster", _("poster")
        DIAGRAM = "diagram", _("diagram")
        VIDEO = "video", _("video")
        HANDBOOK = "handbook", _("handbook")
        NOTICE = "notice", _("purchase notice")

    date_field = "produced_on"

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    produced_on = models.DateField(_("produced on"))
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("publicity")
        verbose_name_plural = _("publicity")
        ordering = ["-produced_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="publicity_quantity_positive",
                condition=Q(quantity__gte=1),
                violation_error_message=_("Enter a quantity of at least 1."),
            ),
        ]

    def __str__(self):
        return self.title


class Listing(OfEntity, Record):
    """An online sales page (商品销售页面)."""

    date_field = "found_on"

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name=_("entity"), related_name="listings")
    platform = models.CharField(_("platform"), max_length=50)
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("address"), max_length=300)
    found_on = models.DateField(_("found on"))

    scope = ScopePaths(regions=("region__code", "entity__region__code"), unit="unit", people=("created_by",))

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering = ["-found_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "url"],
                name="listing_url_once",
                violation_error_message=_("This page is already in the list."),
            ),
        ]

    def __str__(self):
        return self.title


class ListingCheckQuerySet(RecordQuerySet):
    def latest_of_listing(self):
        """The last check of each listing."""
        checks = ListingCheck.objects.filter(listing=OuterRef("listing"))
        return self.filter(pk=Subquery(checks.order_by("-checked_on", "-pk").values("pk")[:1]))

    def showing_notice(self):
        return self.filter(shows_notice=True)


class ListingCheck(WithEvidence, Record):
    """Whether a sales page shows “禁止非法改装” on a day (网监)."""

    date_field = "checked_on"

    listing = models.ForeignKey(Listing, models.PROTECT, verbose_name=_("listing"), related_name="checks")
    checked_on = models.DateField(_("checked on"))
    shows_notice = models.BooleanField(_("shows “no illegal modification”"))
    remarks = models.CharField(_("remarks"), max_length=200, blank=True)

    objects = ListingCheckQuerySet.as_manager()
    scope = ScopePaths(regions=("region__code", "listing__entity__region__code"), unit="unit", people=("created_by",))

    class Meta:
        verbose_name = _("listing check")
        verbose_name_plural = _("listing checks")
        ordering = ["-checked_on", "-pk"]

    def __str__(self):
        return f"{self.listing} · {self.checked_on}"

    def origin(self):
        return self.listing
