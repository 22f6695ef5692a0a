"""Photos and documents attached to records."""

import hashlib
import uuid
from contextlib import contextmanager
from functools import reduce
from operator import or_
from pathlib import PurePath

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.page_address import page_address
from entities.scope import ScopePaths, inside_of
from entities.today import today
from inspections import photos, uploads
from inspections.models.record import Record, RecordQuerySet, WithEvidence
from inspections.uploads import DOCUMENT_TYPES
from inspections.uploads.storing import forget, storing

# As kept; what is taken from a phone is in photos.FORMATS.
PHOTO_TYPES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
SIGNATURE = "signature"


def stored_name(evidence, original):
    """A name that tells nothing and can't be guessed; the extension follows the content, not the upload."""
    return f"evidence/{uuid.uuid4().hex}{(PHOTO_TYPES | DOCUMENT_TYPES)[evidence.media_type]}"


class EvidenceQuerySet(RecordQuerySet):
    def visible_to(self, officer, *, on=None):
        """Evidence is seen by those who see its owner record."""
        if not officer.is_active:
            return self.none()
        if officer.is_superuser:
            return self.filter(reduce(or_, self._of(lambda owners: owners.values("pk"), officer, on)))
        grants = officer.grants_in_force(on or today())
        if any(grant.opens_everything for grant in grants):
            return self.exclude(self._of_drafts_of_others(officer))
        # A record's evidence lies where the record does: whoever sees a place sees all of it there, but for drafts of others.
        places = [
            inside_of("region__code", grant.region_id)
            for grant in grants
            if not grant.operation_key and not grant.department_id
        ]
        here = [place & ~self._of_drafts_of_others(officer) for place in places]
        elsewhere = self._of(lambda owners: owners.seen_otherwise(places).values_in_scope("pk"), officer, on)
        return self.seen_by_ways(here, elsewhere, grants)

    @staticmethod
    def _of(keys, officer, on):
        """For each kind of record the evidence of those that the officer sees, by their keys."""
        owners = [model for model in apps.get_app_config("inspections").get_models() if issubclass(model, WithEvidence)]
        return [
            Q(content_type=content_type, object_id__in=keys(model._default_manager.visible_to(officer, on=on)))
            for model, content_type in ContentType.objects.get_for_models(*owners).items()
        ]

    @staticmethod
    def _of_drafts_of_others(officer):
        visits = apps.get_model("inspections", "Inspection")
        drafts = visits._base_manager.filter(status="draft").exclude(created_by=officer.pk)
        return Q(content_type=ContentType.objects.get_for_model(visits), object_id__in=drafts.values("pk"))

    def photos(self):
        return self.filter(media_type__in=PHOTO_TYPES)


class Evidence(Record):
    """A photo or document attached to a record (证据材料), kept with its SHA-256."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name=_("kind of record"), editable=False)
    object_id = models.PositiveBigIntegerField(_("number of the record"), editable=False)
    owner = GenericForeignKey("content_type", "object_id")
    slot = models.CharField(_("place in the form"), max_length=30, blank=True, editable=False)
    file = models.FileField(_("file"), upload_to=stored_name, max_length=200)
    original_name = models.CharField(_("original name"), max_length=200, editable=False)
    media_type = models.CharField(_("media type"), max_length=50, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    original_sha256 = models.CharField(_("SHA-256 of the original"), max_length=64, editable=False)
    thumbnail = models.FileField(_("thumbnail"), upload_to=stored_name, max_length=200, blank=True, editable=False)
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True, blank=True)
    caption = models.CharField(_("caption"), max_length=200, blank=True)

    objects = EvidenceQuerySet.as_manager()
    scope = ScopePaths(unit="unit", people=("created_by",))
    words_index = ("original_name", "caption")

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="evidence_of_record"),
            models.Index(fields=["campaign", "created_at", "id"], name="evidence_list"),
            models.Index(fields=["sha256"], opclasses=["varchar_pattern_ops"], name="evidence_by_sha256"),
        ]
        constraints = [
            models.CheckConstraint(
                name="evidence_sha256_form",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                violation_error_message=_("A SHA-256 has 64 hexadecimal digits."),
            ),
            models.CheckConstraint(
                name="evidence_original_sha256_form",
                condition=Q(original_sha256__regex=r"^[0-9a-f]{64}$"),
                violation_error_message=_("A SHA-256 has 64 hexadecimal digits."),
            ),
        ]

    def __str__(self):
        return self.original_name

    def get_absolute_url(self):
        return page_address("evidence", self.pk)

    def origin(self):
        return self.owner

    @property
    def is_photo(self) -> bool:
        return self.media_type in PHOTO_TYPES

    @property
    def thumbnail_url(self) -> str:
        """Where the small picture is; the photo itself when there is none."""
        return page_address("evidence_thumb", self.pk) if self.thumbnail else self.get_absolute_url()

    @property
    def where(self) -> str:
        """Where it was taken, or an empty string."""
        return "" if self.latitude is None else f"{self.latitude:.5f}, {self.longitude:.5f}"

    @property
    def about(self) -> str:
        """When and where it was taken and what proves that it is the same, a line for each."""
        taken_at = self.taken_at and date_format(timezone.localtime(self.taken_at), "Y-m-d H:i")
        hashes = f"SHA-256 {self.sha256}", gettext("SHA-256 of the original %(hash)s") % {"hash": self.original_sha256}
        return "\n".join(part for part in (self.caption, taken_at, self.where, *hashes) if part)

    def files(self) -> list[tuple]:
        """Storage and name of each file that is kept for it."""
        return [(kept.storage, kept.name) for kept in (self.file, self.thumbnail) if kept]

    @classmethod
    def attach(cls, owner, upload, *, by, slot="", caption="", original=None):
        """Keep an uploaded file with the record: of a photo its pixels, time and place, a document as it is.

        `original` is what a phone says of the photo before it made it smaller: sha256, taken_at, latitude, longitude.
        `original_sha256` is of the file as the camera wrote it: as the phone says, else of what arrived; `sha256` of what is kept.
        Raises ValidationError as `uploads.check` does, and when it can't be stored; then no file stays behind.
        """
        media_type = uploads.judged(upload)
        upload.seek(0)
        content, thumbnail, moment = upload.read(), b"", photos.Moment()
        original_sha256 = photos.declared_sha256(original) or hashlib.sha256(content).hexdigest()
        if media_type in photos.FORMATS:
            as_png = media_type == "image/png" and slot.startswith(SIGNATURE)
            with uploads.in_words(upload):
                picture = photos.read(upload, media_type, as_png=as_png)
            content, thumbnail, media_type = picture.content, picture.thumbnail, picture.media_type
            moment = picture.moment.or_else(photos.declared(original))
        evidence = cls(
            owner=owner, slot=slot, caption=caption, media_type=media_type, size=len(content),
            original_name=uploads.clean_name(upload.name), original_sha256=original_sha256,
            sha256=hashlib.sha256(content).hexdigest(),
            taken_at=moment.taken_at, latitude=moment.latitude, longitude=moment.longitude,
        )  # fmt: skip
        with files_as_written() as written, storing():
            written.append(evidence)
            evidence._write("file", content)
            if thumbnail:
                evidence._write("thumbnail", thumbnail, suffix=".jpg")
            evidence.store(by=by)
        return evidence

    def _write(self, field, content, suffix=""):
        # The name is noted first: a write that fails halfway, on a full disk, leaves a piece that must go.
        name = PurePath(stored_name(self, ""))
        setattr(self, field, str(name.with_suffix(suffix) if suffix else name))
        getattr(self, field).storage.save(getattr(self, field).name, ContentFile(content))


@contextmanager
def files_as_written():
    """A list for the evidence attached inside: when something fails, its files go as its rows do."""
    written = []
    try:
        yield written
    except BaseException:
        for evidence in written:
            for storage, name in evidence.files():
                forget(storage, name)
        raise
