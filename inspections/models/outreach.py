"""Training, printed and filmed items, events for the public."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inspections.models.record import Record, WithEvidence


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


class OutreachEvent(WithEvidence, Record):
    """An event for the public (宣传活动)."""

    class Kind(models.TextChoices):
        STREET = "street", _("in the street or community")
        SCHOOL = "school", _("at a school")
        ENTERPRISE = "enterprise", _("at an enterprise")
        MEDIA = "media", _("in the media")
        OTHER = "other", _("other")

    date_field = "held_on"

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    held_on = models.DateField(_("held on"))
    participants = models.PositiveIntegerField(_("participants"), default=0)

    class Meta:
        verbose_name = _("outreach event")
        verbose_name_plural = _("outreach events")
        ordering = ["-held_on", "-pk"]

    def __str__(self):
        return self.title
