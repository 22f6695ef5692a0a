"""Photos and documents attached to records."""

import hashlib
import re
import uuid
from contextlib import contextmanager
from pathlib import PurePath

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.scope import ScopePaths
from inspections import photos
from inspections.models.record import Record, RecordQuerySet, WithEvidence

# As kept; what is taken from a phone is in photos.FORMATS.
PHOTO_TYPES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
DOCUMENT_TYPES = {"application/pdf": ".pdf"}
SIGNATURE = "signature"
# What a document does or carries beside its pages.
ACTIVE_PDF = re.compile(rb"/(JavaScript|Launch|EmbeddedFile)\b")


def stored_name(evidence, original):
    """A name that tells nothing and can't be guessed; the extension follows the content, not the upload."""
    return f"evidence/{uuid.uuid4().hex}{(PHOTO_TYPES | DOCUMENT_TYPES)[evidence.media_type]}"


class EvidenceQuerySet(RecordQuerySet):
    def visible_to(self, officer, *, on=None):
        """Evidence is seen by those who see its owner record."""
        seen = Q(pk__in=[])
        owners = [model for model in apps.get_app_config("inspections").get_models() if issubclass(model, WithEvidence)]
        for model, content_type in ContentType.objects.get_for_models(*owners).items():
            seen |= Q(
                content_type=content_type,
                object_id__in=model._default_manager.visible_to(officer, on=on).values("pk"),
            )
        return self.filter(seen)

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

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="evidence_of_record")]
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
        return reverse("evidence", args=[self.pk])

    def origin(self):
        return self.owner

    @property
    def is_photo(self) -> bool:
        return self.media_type in PHOTO_TYPES

    @property
    def thumbnail_url(self) -> str:
        """Where the small picture is; the photo itself when there is none."""
        return reverse("evidence_thumb", args=[self.pk]) if self.thumbnail else self.get_absolute_url()

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
        Raises ValidationError as `check_upload` does, and OSError when the storage is full; then no file stays behind.
        """
        media_type = _judged(upload)
        upload.seek(0)
        content, thumbnail, moment = upload.read(), b"", photos.Moment()
        original_sha256 = photos.declared_sha256(original) or hashlib.sha256(content).hexdigest()
        if media_type in photos.FORMATS:
            as_png = media_type == "image/png" and slot.startswith(SIGNATURE)
            with _in_words(upload):
                picture = photos.read(upload, media_type, as_png=as_png)
            content, thumbnail, media_type = picture.content, picture.thumbnail, picture.media_type
            moment = picture.moment.or_else(photos.declared(original))
        evidence = cls(
            owner=owner, slot=slot, caption=caption, media_type=media_type, size=len(content),
            original_name=PurePath(upload.name).name[:200], original_sha256=original_sha256,
            sha256=hashlib.sha256(content).hexdigest(),
            taken_at=moment.taken_at, latitude=moment.latitude, longitude=moment.longitude,
        )  # fmt: skip
        with files_as_written() as written:
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
                storage.delete(name)
        raise


def check_upload(upload, *, photo_only=False) -> str:
    """The media type of an uploaded file, judged by its content.

    Raises ValidationError when it is over 20 MB, not a photo (JPEG, PNG, WebP, HEIC) or PDF, too large to decode, damaged,
    or a PDF that does or carries more than its pages.
    """
    media_type = _judged(upload, photo_only=photo_only)
    if media_type in photos.FORMATS:
        with _in_words(upload):
            photos.check(upload, media_type)
    return media_type


def _judged(upload, *, photo_only=False) -> str:
    """The media type; raises as `check_upload` does for all that is known without decoding."""
    names = {"name": PurePath(upload.name).name}
    if not upload.size:
        raise ValidationError(gettext("“%(name)s” is empty: take or choose it again.") % names)
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        raise ValidationError(
            gettext("“%(name)s” is over 20 MB: take the photo in a smaller size and choose it again.") % names
        )
    media_type = photos.media_type_of(upload)
    if photo_only and media_type not in photos.FORMATS:
        raise ValidationError(gettext("“%(name)s” is not a photo: choose a JPEG, PNG, WebP or HEIC picture.") % names)
    if media_type not in photos.FORMATS and media_type not in DOCUMENT_TYPES:
        raise ValidationError(
            gettext("“%(name)s” is neither a photo nor a PDF: choose a JPEG, PNG, WebP, HEIC or PDF file.") % names
        )
    if media_type in DOCUMENT_TYPES:
        upload.seek(0)
        if ACTIVE_PDF.search(upload.read()):
            raise ValidationError(
                gettext("“%(name)s” carries a program or another file: print it to a new PDF and choose that one.")
                % names
            )
    return media_type


@contextmanager
def _in_words(upload):
    """What the decoder says, as the officer needs to know it."""
    names = {"name": PurePath(upload.name).name}
    try:
        yield
    except photos.TooManyPixels:
        raise ValidationError(
            gettext("“%(name)s” has too many pixels: take the photo in a smaller size.") % names
        ) from None
    except photos.Unreadable:
        raise ValidationError(gettext("“%(name)s” is damaged: take or choose the photo again.") % names) from None
