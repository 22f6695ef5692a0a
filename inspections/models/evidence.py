"""Photos and documents attached to records."""

import hashlib
import uuid
from pathlib import PurePath

import filetype
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from entities.scope import ScopePaths
from inspections.models.record import Record, RecordQuerySet, WithEvidence

PHOTO_TYPES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
DOCUMENT_TYPES = {"application/pdf"}


def stored_name(evidence, original):
    """A name that tells nothing and can't be guessed; the extension follows the content, not the upload."""
    return f"evidence/{uuid.uuid4().hex}.{filetype.get_type(evidence.media_type).extension}"


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

    @classmethod
    def attach(cls, owner, upload, *, by, slot="", caption=""):
        """Keep an uploaded file with the record; raises ValidationError as `check_upload` does."""
        media_type = check_upload(upload)
        upload.seek(0)
        digest = hashlib.sha256(upload.read()).hexdigest()
        evidence = cls(
            owner=owner, slot=slot, caption=caption, file=upload, media_type=media_type, size=upload.size,
            original_name=PurePath(upload.name).name[:200], sha256=digest, original_sha256=digest,
        )  # fmt: skip
        upload.seek(0)
        evidence.store(by=by)
        return evidence


def check_upload(upload, *, photo_only=False) -> str:
    """The media type of an uploaded file, judged by its content.

    Raises ValidationError when it is over 20 MB, not a photo (JPEG, PNG, WebP) or PDF, too large to decode, or damaged.
    """
    name = PurePath(upload.name).name
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        raise ValidationError(
            gettext("“%(name)s” is over 20 MB: take the photo in a smaller size and choose it again.") % {"name": name}
        )
    upload.seek(0)
    kind = filetype.guess(upload.read(4096))
    media_type = kind.mime if kind else ""
    if media_type in DOCUMENT_TYPES and not photo_only:
        return media_type
    if media_type not in PHOTO_TYPES:
        raise ValidationError(
            gettext("“%(name)s” is not a photo: choose a JPEG, PNG or WebP picture.") % {"name": name}
            if photo_only
            else gettext("“%(name)s” is neither a photo nor a PDF: choose a JPEG, PNG, WebP or PDF file.")
            % {"name": name}
        )
    upload.seek(0)
    try:
        with Image.open(upload, formats=[PHOTO_TYPES[media_type]]) as image:
            if image.width * image.height > settings.EVIDENCE_MAX_PIXELS:
                raise ValidationError(
                    gettext("“%(name)s” has too many pixels: take the photo in a smaller size.") % {"name": name}
                )
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise ValidationError(
            gettext("“%(name)s” is damaged: take or choose the photo again.") % {"name": name}
        ) from None
    return media_type
