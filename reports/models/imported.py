"""Files that were handed in to be imported, and what became of each of their rows."""

import uuid
from pathlib import PurePath

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from entities.models import Officer
from entities.page_address import page_address
from entities.roles import Role
from entities.scope import ScopedQuerySet, ScopePaths
from inspections.models import Campaign


def stored_name(handed_in, original):
    """A name that tells nothing and can't be guessed; only the extension is kept."""
    return f"imports/{uuid.uuid4().hex}{PurePath(original).suffix.lower()[:10]}"


class ImportStatus(models.TextChoices):
    CHECKED = "checked", _("checked, nothing written")
    APPLIED = "applied", _("imported")
    TAKEN_BACK = "taken_back", _("taken back")


class ImportQuerySet(ScopedQuerySet):
    def visible_to(self, officer, *, on=None):
        """One's own imports; an administrator sees those of the officers in scope."""
        seen = super().visible_to(officer, on=on)
        return seen if officer.is_superuser or officer.role == Role.ADMINISTRATOR else seen.filter(by=officer)


class Import(models.Model):
    """A file that an officer handed in to be imported (导入批次); the file is kept as it came."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, verbose_name=_("campaign"), related_name="+")
    kind = models.CharField(_("kind"), max_length=40)
    template_version = models.PositiveSmallIntegerField(_("version of the template"))
    file = models.FileField(_("uploaded file"), upload_to=stored_name, max_length=200)
    name = models.CharField(_("name of the file"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    status = models.CharField(
        _("status"), max_length=10, choices=ImportStatus, default=ImportStatus.CHECKED, editable=False
    )
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    choices = models.JSONField(_("choices"), default=dict, blank=True)
    findings = models.JSONField(_("findings"), default=list, blank=True)
    lines = models.JSONField(_("what the rows would do"), default=list, blank=True)
    hidden = models.JSONField(_("hidden sheets, not read"), default=list, blank=True)
    judgement = models.CharField(_("fingerprint of the check"), max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("started at"), auto_now_add=True)
    by = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("handed in by"), related_name="imports")
    applied_at = models.DateTimeField(_("imported at"), null=True, blank=True, editable=False)
    applied_by = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("imported by"), related_name="+", null=True, blank=True, editable=False
    )
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True, editable=False)
    taken_back_by = models.ForeignKey(
        Officer,
        models.PROTECT,
        verbose_name=_("taken back by"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    taken_back_reason = models.TextField(_("why it was taken back"), blank=True, editable=False)

    objects = ImportQuerySet.as_manager()
    scope = ScopePaths(regions=("by__unit__region__code",), people=("by",))

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="import_applied_at_some_time",
                condition=Q(status=ImportStatus.CHECKED, applied_at=None, applied_by=None)
                | ~Q(status=ImportStatus.CHECKED) & Q(applied_at__isnull=False, applied_by__isnull=False),
                violation_error_message=_("An import that was written says when and by whom, and no other does."),
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return page_address("import_detail", self.pk)

    @property
    def is_checked(self) -> bool:
        """Whether it was looked through; a large file is, in the background."""
        return bool(self.judgement)

    @property
    def wrong(self) -> int:
        """How many rows are wrong."""
        return self.counts.get("wrong", 0)

    @property
    def doubtful(self) -> list[dict]:
        """The rows that may mean a record which is there already."""
        return [line for line in self.lines if line["outcome"] == "duplicate"]

    @property
    def may_be_applied(self) -> bool:
        return self.status == ImportStatus.CHECKED and self.is_checked

    @property
    def may_be_taken_back(self) -> bool:
        return self.status == ImportStatus.APPLIED


class RowOutcome(models.TextChoices):
    MADE = "made", _("made")
    CHANGED = "changed", _("changed")


class ImportedRow(models.Model):
    """A record that an import made or changed (导入行), and its versions before and after, so that it can be taken back."""

    source = models.ForeignKey(Import, models.PROTECT, verbose_name=_("import"), related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name=_("kind of record"), related_name="+")
    object_id = models.PositiveBigIntegerField(_("number of the record"))
    record = GenericForeignKey()
    outcome = models.CharField(_("what was done"), max_length=10, choices=RowOutcome)
    version_before = models.PositiveIntegerField(_("version before"), null=True, blank=True)
    version_after = models.PositiveIntegerField(_("version after"))

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        ordering = ["source", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "number"],
                name="imported_row_once",
                violation_error_message=_("This row of the file has been imported already."),
            ),
            models.CheckConstraint(
                name="imported_change_has_version_before",
                condition=Q(outcome=RowOutcome.MADE, version_before=None)
                | Q(outcome=RowOutcome.CHANGED, version_before__isnull=False),
                violation_error_message=_("A changed record has a version before, and a new one has none."),
            ),
        ]

    def __str__(self):
        return f"{self.source} · {self.number}"
