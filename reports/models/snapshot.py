"""The figures frozen at a cut-off."""

import hashlib
import json

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from entities.models import Officer, Region
from entities.page_address import page_address
from entities.scope import ScopedQuerySet, ScopePaths
from entities.today import today
from inspections.models import Campaign

FROZEN = _("A snapshot is never changed: freeze a new one.")


class FrozenQuerySet(ScopedQuerySet):
    """Rows that are written once."""

    def update(self, **values):
        """Refused, as for one row."""
        raise ValidationError(FROZEN)

    def delete(self):
        """Refused, as for one row."""
        raise ValidationError(FROZEN)


class Frozen(models.Model):
    """A row that is written once."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Written once: refused for a row that exists."""
        if not self._state.adding:
            raise ValidationError(FROZEN)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        """Refused."""
        raise ValidationError(FROZEN)


class SnapshotQuerySet(FrozenQuerySet):
    def of_campaign(self, campaign):
        return self.filter(campaign=campaign)

    def last_for(self, place):
        """The newest snapshot that holds the figures of that place, or none."""
        return self.filter(lines__region=place).first()


class Snapshot(Frozen):
    """The figures of a place and of all places inside it as they stood at a cut-off (调度快照); signed by name, never changed.

    `until` ends the period of the events that it counts; `cut_off` is the moment up to which entries had been made.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, verbose_name=_("campaign"), related_name="snapshots")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), related_name="+")
    label = models.CharField(_("name"), max_length=80)
    until = models.DateField(_("events until"))
    cut_off = models.DateTimeField(_("entries until"), default=timezone.now, editable=False)
    note = models.CharField(_("note"), max_length=300, blank=True)
    digest = models.CharField("SHA-256", max_length=64, editable=False)
    frozen_by = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("frozen by"), related_name="+", editable=False
    )
    signed_by = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("signed by"), related_name="+", null=True, blank=True, editable=False
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True, editable=False)

    objects = SnapshotQuerySet.as_manager()
    scope = ScopePaths(people=("frozen_by",))

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ["-cut_off", "-pk"]
        permissions = [("sign_snapshot", "Can sign a snapshot off by name")]
        constraints = [
            models.CheckConstraint(
                name="snapshot_signed_by_somebody",
                condition=Q(signed_by=None, signed_on=None) | Q(signed_by__isnull=False, signed_on__isnull=False),
                violation_error_message=_("A signed snapshot says by whom and when."),
            ),
        ]

    def __str__(self):
        return self.label

    def get_absolute_url(self):
        return page_address("snapshot", self.pk)

    @transaction.atomic
    def freeze(self, figures_of, *, by, on=None):
        """Write it with the figures that `figures_of(self)` gives: (region, whether only its own records, figures) of each place.

        Raises ValidationError for a name that is empty or a day in the future.
        """
        self.frozen_by = by
        self.full_clean(exclude=["digest"])
        if self.until > (on or today()):
            raise ValidationError({"until": _("This day is in the future: the figures end today at the latest.")})
        lines = [
            SnapshotLine(region=region, own=own, figures=_plain(figures)) for region, own, figures in figures_of(self)
        ]
        self.digest = digest_of(self, lines)
        self.save(force_insert=True)
        for line in lines:
            line.snapshot = self
        SnapshotLine.objects.bulk_create(lines)
        return self

    @transaction.atomic
    def sign(self, *, by, on=None):
        """Sign it off, once; not by who froze it. Raises ValidationError otherwise, and when it is not what was frozen."""
        if by.pk == self.frozen_by_id:
            raise ValidationError(_("Who froze it does not sign it: ask a second person."))
        if not self.is_intact:
            raise ValidationError(_("The figures are not those that were frozen: tell the administrator."))
        unsigned = Snapshot._base_manager.filter(pk=self.pk, signed_by=None)
        if not unsigned.update(signed_by=by, signed_on=on or today()):
            raise ValidationError(_("It is signed already."))
        self.refresh_from_db()

    @property
    def is_intact(self) -> bool:
        """Whether the figures are still those that were frozen."""
        return self.digest == digest_of(self, self.lines.all())

    def figures(self, region, *, own=False) -> dict | None:
        """The frozen figures of that place by key, None where it holds none. One query."""
        line = self.lines.filter(region=region, own=own).first()
        return line and line.figures


class SnapshotLine(Frozen):
    """The frozen figures of one place (快照明细)."""

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, verbose_name=_("snapshot"), related_name="lines")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), related_name="+")
    own = models.BooleanField(_("only the region's own level"), default=False)
    figures = models.JSONField(_("figures"))

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a snapshot")
        verbose_name_plural = _("lines of snapshots")
        ordering = ["snapshot", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "region", "own"],
                name="snapshot_line_once",
                violation_error_message=_("The figures of this place are there already."),
            )
        ]

    def __str__(self):
        return f"{self.snapshot} · {self.region}"


def digest_of(snapshot, lines) -> str:
    """The SHA-256 of what was frozen."""
    frozen = {
        "campaign": snapshot.campaign_id,
        "until": snapshot.until.isoformat(),
        "cut_off": snapshot.cut_off.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds"),
        "lines": sorted([line.region_id, line.own, line.figures] for line in lines),
    }
    return hashlib.sha256(json.dumps(frozen, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plain(figures):
    return {key: None if value is None else str(value) for key, value in figures.items()}
