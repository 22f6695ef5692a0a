"""Placeholder photos: drawn, plainly marked, and shared by many records."""

import hashlib
from io import BytesIO

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image, ImageDraw

from inspections.models import Evidence, HazardStatus, Outcome, Rectification, Verdict

COLOURS = {
    "before": [(176, 122, 66), (158, 98, 84), (122, 112, 96)],
    "after": [(86, 138, 112), (82, 122, 150), (112, 146, 90)],
}


class Photos:
    """A few drawn pictures, each stored once."""

    def __init__(self):
        self.files = {
            (moment, number): self._draw(moment, number, colour)
            for moment, colours in COLOURS.items()
            for number, colour in enumerate(colours)
        }

    def _draw(self, moment, number, colour):
        picture = Image.new("RGB", (960, 720), colour)
        draw = ImageDraw.Draw(picture)
        lighter = tuple(min(255, part + 40) for part in colour)
        for wheel in (260, 640):
            draw.ellipse((wheel - 110, 380, wheel + 110, 600), outline=lighter, width=18)
        draw.line((260, 490, 420, 330, 640, 490, 260, 490), fill=lighter, width=18)
        draw.line((420, 330, 400, 270, 470, 270), fill=lighter, width=18)
        if moment == "before":
            draw.line((700, 180, 860, 340), fill=(255, 235, 120), width=22)
            draw.line((860, 180, 700, 340), fill=(255, 235, 120), width=22)
        else:
            draw.line((700, 260, 760, 330, 870, 190), fill=(235, 255, 235), width=22)
        draw.rectangle((0, 0, 960, 84), fill=(0, 0, 0))
        draw.text((24, 16), f"DEMO {number + 1} · {moment.upper()} · synthetic placeholder", fill="white", font_size=44)
        name, data = self._kept(picture, quality=80)
        thumbnail, _data = self._kept(picture.resize((320, 240)), quality=70)
        return name, thumbnail, len(data), hashlib.sha256(data).hexdigest()

    def _kept(self, picture, quality):
        content = BytesIO()
        picture.save(content, "JPEG", quality=quality)
        data = content.getvalue()
        name = f"evidence/{hashlib.sha256(data).hexdigest()[:32]}.jpg"
        if not default_storage.exists(name):  # the same picture from an earlier load
            name = default_storage.save(name, ContentFile(data))
        return name, data

    def of(self, owner, moment, number):
        """Evidence on that record, not yet written."""
        name, thumbnail, size, digest = self.files[moment, number % len(COLOURS[moment])]
        return Evidence(
            content_type=ContentType.objects.get_for_model(type(owner)), object_id=owner.pk, file=name, thumbnail=thumbnail,
            original_name=f"demo-{moment}-{number % len(COLOURS[moment]) + 1}.jpg", media_type="image/jpeg", size=size,
            sha256=digest, original_sha256=digest, region_id=owner.region_id, unit_id=owner.unit_id,
        )  # fmt: skip


def load_photos(ledger, visits, hazards):
    """One photo before each hazard of a visit, one after each rectification, one of each shop that could not be inspected."""
    photos, rows = Photos(), []
    for number, hazard in enumerate(hazards):
        if hazard.inspection_id and hazard.status != HazardStatus.WITHDRAWN:
            rows.append(_signed(ledger, photos.of(hazard, "before", number), hazard, hazard.found_on))
    attempts = Rectification.objects.filter(campaign=ledger.campaign, hazard__self_check=None)
    for number, attempt in enumerate(attempts.select_related("created_by__unit")):
        moment = "before" if attempt.verdict == Verdict.REJECTED else "after"
        rows.append(_signed(ledger, photos.of(attempt, moment, number), attempt, attempt.submitted_on))
    for number, visit in enumerate(v for v in visits if v.outcome != Outcome.INSPECTED):
        rows.append(_signed(ledger, photos.of(visit, "before", number), visit, visit.inspected_on))
    ledger.write(rows)


def _signed(ledger, photo, record, day):
    """The photo, taken and kept when its record was entered."""
    photo.taken_at = record.created_at if timezone.localdate(record.created_at) == day else ledger.at(day)
    return ledger.signed(photo, by=record.created_by, on=day, at=record.created_at)
