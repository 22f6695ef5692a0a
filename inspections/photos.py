"""Everything that touches the pixels of a photo and what its camera wrote into it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import filetype
import pillow_heif
from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from PIL import ExifTags, Image

pillow_heif.register_heif_opener(thumbnails=False)

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/heic": "HEIF"}
LONGEST, QUALITY = 2560, 85
THUMBNAIL_LONGEST, THUMBNAIL_QUALITY = 320, 70
FIRST_YEAR = 2000
# A progressive JPEG paints its picture over a dozen times; one made to keep a server busy, many thousand times.
MOST_SCANS = 100
MARKER, SCAN, END = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]"), b"\xff\xda", b"\xff\xd9"
EARTH = {"latitude": 90, "longitude": 180}

# How a picture is turned upright, by the orientation that its camera noted.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Unreadable(Exception):
    """The picture is cut off, damaged or no picture at all."""


class TooManyPixels(Exception):
    """The picture says that it is larger than may be decoded."""


@dataclass(frozen=True)
class Moment:
    """When and where a photo was taken, as far as somebody plausibly says so."""

    taken_at: datetime | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None

    def or_else(self, other):
        """This, and from the other what this does not know; a place is taken from one of them, never mixed."""
        place = self if self.latitude is not None else other
        return Moment(self.taken_at or other.taken_at, place.latitude, place.longitude)


@dataclass(frozen=True)
class Picture:
    """A photo as it is kept: pixels only, upright, of a sensible size, with its thumbnail (a JPEG)."""

    content: bytes
    media_type: str
    thumbnail: bytes
    moment: Moment


def media_type_of(upload) -> str:
    """What the file is by its content, whatever its name says; empty for what is not known."""
    upload.seek(0)
    head = upload.read(4096)
    if head[4:8] == b"ftyp" and "hei" in pillow_heif.get_file_mimetype(head[:12]):  # more kinds than `filetype` knows
        return "image/heic"
    kind = filetype.guess(head)
    media_type = kind.mime if kind else ""
    return "image/png" if media_type == "image/apng" else media_type  # a moving PNG is a PNG: its first picture counts


def check(upload, media_type):
    """Decode the picture as cheaply as its format allows; raises TooManyPixels before decoding, or Unreadable."""
    with _opened(upload, media_type) as image:
        image.draft(None, (1, 1))
        _decode(image)


def read(upload, media_type, *, as_png=False) -> Picture:
    """The picture to be kept of an uploaded photo; raises as `check` does.

    It is written anew from its pixels, so that nothing else in the file survives: no place, no name, no script behind
    the picture. A JPEG, or with `as_png`, for line drawings like a signature, a PNG.
    """
    with _opened(upload, media_type) as image:
        exif = _exif(image)
        image.draft(None, _fitting(image.size, LONGEST))
        _decode(image)
        try:
            pixels = _shrunk(_plain(image), LONGEST)
            turn = UPRIGHT.get(exif.get(ExifTags.Base.Orientation))
            if turn is not None:
                pixels = pixels.transpose(turn)
            small = _shrunk(_opaque(pixels), THUMBNAIL_LONGEST)
        except (OSError, ValueError) as error:
            raise Unreadable from error
    return Picture(
        content=_written(pixels, "PNG") if as_png else _written(_opaque(pixels), "JPEG", QUALITY),
        media_type="image/png" if as_png else "image/jpeg",
        thumbnail=_written(small, "JPEG", THUMBNAIL_QUALITY),
        moment=_moment_of(exif),
    )


def declared(original) -> Moment:
    """When and where a phone says that it took the photo, before it made it smaller; whatever is malformed is left out."""
    original = original if isinstance(original, dict) else {}
    return Moment(_plausible_time(_parsed(original.get("taken_at"))), **_plausible_place(*map(original.get, EARTH)))


def declared_sha256(original) -> str:
    """The SHA-256 that a phone says its original had, or an empty string."""
    value = original.get("sha256") if isinstance(original, dict) else None
    value = value.lower() if isinstance(value, str) else ""
    return value if len(value) == 64 and set(value) <= set("0123456789abcdef") else ""


def _opened(upload, media_type):
    """The picture with its head read and nothing decoded, its check sums tried where the format has some."""
    try:
        with _head(upload, media_type) as image:
            if image.width * image.height > settings.EVIDENCE_MAX_PIXELS:
                raise TooManyPixels
            image.verify()
        if media_type == "image/jpeg" and _scans(upload) > MOST_SCANS:
            raise Unreadable
        return _head(upload, media_type)  # what was verified can't be decoded any more
    except (TooManyPixels, Unreadable, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error
    except Exception as error:  # decoders stumble over a crafted file in every way there is
        raise Unreadable from error


def _head(upload, media_type):
    upload.seek(0)
    return Image.open(upload, formats=[FORMATS[media_type]])


def _scans(upload) -> int:
    """How often a JPEG paints its picture; whatever stands behind its end does not count."""
    upload.seek(0)
    content, at, scans = upload.read(), 2, 0
    while (marker := MARKER.search(content, at)) and marker[0] != END:
        scans += marker[0] == SCAN
        at = marker.end() + int.from_bytes(content[marker.end() : marker.end() + 2], "big")
    return scans


def _decode(image):
    try:
        image.load()
    except MemoryError:
        raise
    except Exception as error:  # as above
        raise Unreadable from error


def _fitting(size, longest):
    scale = min(1, longest / max(size))
    return tuple(max(1, round(edge * scale)) for edge in size)


def _shrunk(image, longest):
    size = _fitting(image.size, longest)
    if size == image.size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _plain(image):
    """The first frame in grey or colour, with transparency where it has some, without palette and notes."""
    if image.mode.startswith("I"):  # 16 bits of grey: convert() alone would clip them
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    image.info = {}  # the writers would copy profile, comment and resolution from here
    return image


def _opaque(image):
    """On white paper."""
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _written(image, form, quality=None) -> bytes:
    content = BytesIO()
    image.save(content, form, optimize=form == "PNG", **({"quality": quality} if quality else {}))
    return content.getvalue()


def _exif(image) -> dict:
    """What the camera noted, by tag, those of its parts among them; empty when it can't be read."""
    try:
        exif = image.getexif()
        return dict(exif) | dict(exif.get_ifd(ExifTags.IFD.Exif)) | {"gps": dict(exif.get_ifd(ExifTags.IFD.GPSInfo))}
    except Exception:  # notes that can't be read are no reason to refuse the photo
        return {}


def _moment_of(exif) -> Moment:
    taken_at = _exif_time(exif, ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal)
    taken_at = taken_at or _exif_time(exif, ExifTags.Base.DateTimeDigitized, ExifTags.Base.OffsetTimeDigitized)
    gps = exif.get("gps", {})
    place = _plausible_place(
        _degrees(gps, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S"),
        _degrees(gps, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W"),
    )
    return Moment(taken_at, **place)


def _exif_time(exif, tag, offset_tag):
    day, _space, clock = str(exif.get(tag, "")).strip("\0 ").partition(" ")
    for offset in (str(exif.get(offset_tag, "")).strip("\0 "), ""):
        taken_at = _parsed(f"{day.replace(':', '-')} {clock}{offset}")
        if taken_at is not None:
            return _plausible_time(taken_at)
    return None


def _parsed(text):
    try:
        return parse_datetime(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _degrees(gps, tag, reference, negative):
    try:
        degrees, minutes, seconds = (float(part) for part in gps[tag])
        value = degrees + minutes / 60 + seconds / 3600
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return -value if str(gps.get(reference, "")).strip("\0 ").upper() == negative else value


def _plausible_time(taken_at):
    """The time, in this city's zone unless it says its own; None when no camera can have meant it.

    Judged by the real clock, not by the day on which a demonstration runs; a phone that is a day ahead is believed.
    """
    if taken_at is None:
        return None
    try:
        if timezone.is_naive(taken_at):
            taken_at = timezone.make_aware(taken_at)
        taken_at = taken_at.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    if taken_at.year < FIRST_YEAR or taken_at > timezone.now() + timedelta(days=1):
        return None
    return taken_at


def _plausible_place(latitude, longitude) -> dict:
    """Both coordinates, or none: no number, out of range, or the zero that a camera without a fix writes."""
    place = {"latitude": latitude, "longitude": longitude}
    for name, value in place.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= EARTH[name]:
            return {}  # "not <=" also holds for NaN
    if latitude == longitude == 0:
        return {}
    return {name: Decimal(str(value)).quantize(Decimal("0.000001")) for name, value in place.items()}
