"""What was done to many records at once, so that it can be undone for an hour."""

from datetime import timedelta

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from entities.models import Officer
from entities.question import Given, Question

UNDONE_WITHIN = timedelta(hours=1)


class BulkChangeQuerySet(models.QuerySet):
    def undoable_by(self, officer):
        """What the officer did in the last hour and has not undone, the newest first."""
        return self.not_undone(officer, _since())

    def last_undoable_by(self, officer):
        """The newest of those; None without any. One query."""
        return next(iter(_LAST(officer=officer.pk, since=_since())), None)

    def not_undone(self, officer, since):
        return self.filter(by=officer, undone_at=None, at__gt=since)


def _since():
    return timezone.now() - UNDONE_WITHIN


class BulkChange(models.Model):
    """Something that one officer did to many records at once (批量操作)."""

    label = models.CharField(_("what was done"), max_length=100)
    by = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("done by"), related_name="+")
    at = models.DateTimeField(_("done at"), default=timezone.now, db_index=True)
    count = models.PositiveIntegerField(_("records"))
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.label} · {self.count}"


class BulkRow(models.Model):
    """One of its records, and its versions before (none for a new one) and after (批量操作明细)."""

    change = models.ForeignKey(BulkChange, models.CASCADE, verbose_name=_("bulk change"), related_name="rows")
    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name=_("kind of record"), related_name="+")
    object_id = models.PositiveBigIntegerField(_("number of the record"))
    record = GenericForeignKey()
    version_before = models.PositiveIntegerField(_("version before"), null=True, blank=True)
    version_after = models.PositiveIntegerField(_("version after"))

    class Meta:
        verbose_name = _("record of a bulk change")
        verbose_name_plural = _("records of bulk changes")
        ordering = ["change", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["change", "content_type", "object_id"],
                name="bulk_row_once",
                violation_error_message=_("This record is in that change already."),
            )
        ]

    def __str__(self):
        return f"{self.change} · {self.object_id}"


_LAST = Question(lambda: BulkChange.objects.not_undone(Given("officer"), Given("since", models.DateTimeField()))[:1])
