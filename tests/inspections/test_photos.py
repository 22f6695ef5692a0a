"""What becomes of a photo on its way in: judged before it is decoded, read for time and place, written anew from its pixels."""

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from time import monotonic

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import ExifTags, Image, ImageCms, ImageDraw, PngImagePlugin

from inspections.models import Evidence
from inspections.uploads import check as check_upload
from tests.factories import make_inspection

GREENWICH_LATER = 8  # hours by which this city is ahead


def picture(size=(640, 480), mode="RGB"):
    """Upper left quarter red, the rest grey, so that a turn is seen."""
    image = Image.new("RGB", size, (120, 120, 120))
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2 - 1, size[1] // 2 - 1), fill=(220, 20, 20))
    return image.convert(mode)


def content_of(image, form="JPEG", **options):
    content = BytesIO()
    image.save(content, form, **options)
    return content.getvalue()


def upload(content, name="IMG_0001.jpg"):
    return SimpleUploadedFile(name, content)


def exif_of(taken=None, offset=None, gps=None, orientation=None):
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Secret Camera"
    if orientation:
        exif[ExifTags.Base.Orientation] = orientation
    if taken:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.OffsetTimeOriginal] = offset
    if gps:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    return exif.tobytes()


LINGLING = {
    ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (26.0, 13.0, 21.0),
    ExifTags.GPS.GPSLongitudeRef: "E", ExifTags.GPS.GPSLongitude: (111.0, 36.0, 54.0),
}  # fmt: skip
THERE = (Decimal("26.222500"), Decimal("111.615000"))


@pytest.fixture
def attach(world):
    """Attach that content to a visit and hand back the evidence and the picture that was kept."""
    visit = make_inspection(world)

    def attached(content, name="IMG_0001.jpg", **changes):
        evidence = Evidence.attach(visit, upload(content, name), by=world.inspector, **changes)
        evidence.refresh_from_db()
        with evidence.file.open() as kept:
            image = Image.open(BytesIO(kept.read()))
        image.load()
        return evidence, image

    return attached


def is_red(image, x, y):
    red, green, blue = image.convert("RGB").getpixel((x, y))
    return red > 150 and green < 90 and blue < 90


# What is kept


def test_a_photo_is_kept_as_a_jpeg_of_its_pixels_with_its_thumbnail(attach):
    content = content_of(picture((4000, 3000)), quality=95)
    evidence, image = attach(content)
    assert (image.format, image.size) == ("JPEG", (2560, 1920))
    assert is_red(image, 100, 100) and not is_red(image, 2000, 1500)
    with evidence.file.open() as kept:
        stored = kept.read()
    assert evidence.sha256 == hashlib.sha256(stored).hexdigest() and evidence.size == len(stored)
    assert evidence.original_sha256 == hashlib.sha256(content).hexdigest()
    with evidence.thumbnail.open() as kept, Image.open(kept) as small:
        assert (small.format, small.size) == ("JPEG", (320, 240))


def test_a_small_photo_is_not_made_larger(attach):
    _evidence, image = attach(content_of(picture((200, 100))))
    assert image.size == (200, 100)


def test_a_very_long_one_keeps_its_shape(attach):
    evidence, image = attach(content_of(picture((20_000, 20))))
    assert image.size == (2560, 3)
    with evidence.thumbnail.open() as kept, Image.open(kept) as small:
        assert small.size == (320, 1)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_every_kind_that_phones_make_becomes_a_jpeg_with_its_time_and_place(attach, form):
    exif = exif_of("2024:09:01 10:11:12", gps=LINGLING)
    evidence, image = attach(content_of(picture(), form, exif=exif), "DSC1.bin")
    assert (evidence.media_type, image.format, image.size) == ("image/jpeg", "JPEG", (640, 480))
    assert evidence.taken_at == datetime(2024, 9, 1, 10 - GREENWICH_LATER, 11, 12, tzinfo=UTC)
    assert (evidence.latitude, evidence.longitude) == THERE
    assert is_red(image, 50, 50) and not is_red(image, 600, 400)


def test_nothing_but_pixels_survives(attach):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = exif_of("2024:09:01 10:11:12", gps=LINGLING)
    content = content_of(picture(), exif=exif, comment=b"my comment", icc_profile=profile, dpi=(300, 300), xmp=b"<x/>")
    evidence, image = attach(content + b"<script>alert(1)</script>")
    assert "exif" in Image.open(BytesIO(content)).info
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not image.getexif()
    for _storage, name in evidence.files():
        with evidence.file.storage.open(name) as kept:
            stored = kept.read()
        for secret in (b"Exif", b"Secret Camera", b"my comment", b"ICC_PROFILE", b"<script", b"<x/>"):
            assert secret not in stored, secret


@pytest.mark.parametrize("appended", [b"<html><script>alert(1)</script>", b"PK\x03\x04evil.exe" * 50, b"\0" * 5000])
def test_of_a_file_that_is_two_things_at_once_only_the_picture_is_kept(attach, appended):
    clean, _image = attach(content_of(picture()))
    evidence, _image = attach(content_of(picture()) + appended)
    assert evidence.sha256 == clean.sha256
    assert evidence.original_sha256 != clean.original_sha256


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_is_turned_upright(attach, orientation):
    upright = picture((400, 200))
    # As the sensor sees it while the camera is held that way: the turn that undoes the viewer's.
    turned = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    seen = upright.transpose(turned[orientation]) if orientation > 1 else upright
    evidence, image = attach(content_of(seen, exif=exif_of(orientation=orientation)))
    assert image.size == (400, 200)
    assert [is_red(image, *corner) for corner in [(20, 20), (380, 20), (20, 180), (380, 180)]] == [True] + [False] * 3
    with evidence.thumbnail.open() as kept, Image.open(kept) as small:
        assert small.size == (320, 160)


def test_a_signature_stays_a_png_and_transparent_without_its_notes(attach):
    drawn = Image.new("RGBA", (300, 120), (0, 0, 0, 0))
    ImageDraw.Draw(drawn).line((10, 10, 290, 110), fill=(0, 0, 60, 255), width=4)
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Secret Person")
    evidence, image = attach(content_of(drawn, "PNG", pnginfo=notes, dpi=(300, 300)), "s.png", slot="signature-entity")
    assert (evidence.media_type, image.format, image.mode) == ("image/png", "PNG", "RGBA")
    assert image.getpixel((299, 0))[3] == 0 and image.getpixel((150, 60)) == (0, 0, 60, 255)
    assert image.info == {}
    with evidence.file.open() as kept:
        assert b"Secret Person" not in kept.read()
    with evidence.thumbnail.open() as kept, Image.open(kept) as small:
        assert (small.format, small.getpixel((299, 0))) == ("JPEG", (255, 255, 255))


def test_a_photo_in_the_place_of_a_signature_is_a_jpeg_like_any_other(attach):
    assert attach(content_of(picture()), slot="signature-entity")[0].media_type == "image/jpeg"


def test_an_ordinary_progressive_photo_is_accepted_whatever_stands_behind_it(attach):
    _evidence, image = attach(content_of(picture((64, 64)), progressive=True) + b"\xff\xda" * 1000)
    assert image.size == (64, 64)


def test_forty_megapixels_are_accepted_and_made_smaller(attach):
    content = content_of(Image.new("RGB", (7300, 5480), (90, 120, 90)), quality=60)
    began = monotonic()
    check_upload(upload(content))
    evidence, image = attach(content)
    assert image.size == (2560, 1922)
    assert evidence.size < 1_000_000
    assert monotonic() - began < 10


# The many ways in which a picture can be coloured


def test_transparent_parts_become_white_paper(attach):
    image = Image.new("RGBA", (100, 100), (200, 0, 0, 0))
    _evidence, kept = attach(content_of(image, "PNG"))
    assert kept.getpixel((50, 50)) == (255, 255, 255)


def test_a_palette_with_a_transparent_colour_is_kept_in_its_colours(attach):
    image = picture((100, 100)).quantize(8)
    _evidence, kept = attach(content_of(image, "PNG", transparency=image.getpixel((99, 99))))
    assert is_red(kept, 10, 10) and min(kept.getpixel((90, 90))) > 250


def test_sixteen_bits_of_grey_are_not_burnt_out(attach):
    image = Image.new("I;16", (64, 64), 128 * 256)
    _evidence, kept = attach(content_of(image, "PNG"))
    assert abs(kept.getpixel((30, 30)) - 128) <= 2


@pytest.mark.parametrize(("mode", "form"), [("CMYK", "JPEG"), ("L", "JPEG"), ("1", "PNG"), ("LA", "PNG"), ("P", "PNG")])
def test_printers_colours_and_greys_can_be_shown(attach, mode, form):
    _evidence, kept = attach(content_of(picture(mode=mode), form))
    assert kept.format == "JPEG" and kept.mode in ("L", "RGB") and kept.size == (640, 480)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_one_is_kept(attach, form):
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("blue", "green", "yellow")]
    content = content_of(frames[0], form, save_all=True, append_images=frames[1:], duration=100)
    _evidence, kept = attach(content)
    assert (kept.format, getattr(kept, "n_frames", 1)) == ("JPEG", 1)
    assert kept.getpixel((30, 30))[2] > 200


# When and where


def test_a_time_with_its_own_zone_is_that_time(attach):
    evidence, _image = attach(content_of(picture(), exif=exif_of("2024:09:01 10:11:12", offset="+09:00")))
    assert evidence.taken_at == datetime(2024, 9, 1, 1, 11, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "taken", ["2099:01:01 00:00:00", "0000:00:00 00:00:00", "1980:01:01 00:00:00", "2024:13:45 99:99:99", "yesterday", " "]
)  # fmt: skip
def test_a_wrong_date_is_dropped_and_the_photo_kept(attach, taken):
    evidence, image = attach(content_of(picture(), exif=exif_of(taken, gps=LINGLING)))
    assert evidence.taken_at is None and image.size == (640, 480)
    assert (evidence.latitude, evidence.longitude) == THERE


def test_a_clock_that_is_less_than_a_day_ahead_is_believed(attach):
    ahead = timezone.localtime() + timedelta(hours=23)
    evidence, _image = attach(content_of(picture(), exif=exif_of(f"{ahead:%Y:%m:%d %H:%M:%S}")))
    assert evidence.taken_at == ahead.replace(microsecond=0)
    later = timezone.localtime() + timedelta(hours=25)
    evidence, _image = attach(content_of(picture(), exif=exif_of(f"{later:%Y:%m:%d %H:%M:%S}")))
    assert evidence.taken_at is None


@pytest.mark.parametrize(
    "gps",
    [
        {ExifTags.GPS.GPSLatitude: (91.0, 0.0, 0.0)},
        {ExifTags.GPS.GPSLongitude: (181.0, 0.0, 0.0)},
        {ExifTags.GPS.GPSLatitude: (0.0, 0.0, 0.0), ExifTags.GPS.GPSLongitude: (0.0, 0.0, 0.0)},
        {ExifTags.GPS.GPSLatitude: (26.0,)},
    ],
)
def test_an_impossible_place_is_dropped_and_the_photo_kept(attach, gps):
    evidence, image = attach(content_of(picture(), exif=exif_of("2024:09:01 10:11:12", gps=LINGLING | gps)))
    assert (evidence.latitude, evidence.longitude) == (None, None)
    assert evidence.taken_at is not None and image.size == (640, 480)


def test_south_and_west_are_below_zero(attach):
    gps = LINGLING | {ExifTags.GPS.GPSLatitudeRef: "S", ExifTags.GPS.GPSLongitudeRef: "W"}
    evidence, _image = attach(content_of(picture(), exif=exif_of(gps=gps)))
    assert (evidence.latitude, evidence.longitude) == (-THERE[0], -THERE[1])


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_notes_of_the_camera_that_cannot_be_read_do_not_matter(attach):
    content = content_of(picture(), exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xee" * 60)
    evidence, image = attach(content)
    assert evidence.taken_at is None and image.size == (640, 480)


ORIGINAL = {
    "sha256": "ab" * 32, "taken_at": "2024-09-02T01:02:03.000Z", "latitude": 26.2225, "longitude": 111.615,
}  # fmt: skip


def test_what_the_phone_noted_before_it_made_the_photo_smaller_is_kept(attach):
    evidence, _image = attach(content_of(picture()), original=ORIGINAL)
    assert evidence.original_sha256 == "ab" * 32
    assert evidence.taken_at == datetime(2024, 9, 2, 1, 2, 3, tzinfo=UTC)
    assert (evidence.latitude, evidence.longitude) == THERE


def test_what_the_camera_noted_goes_before_what_the_phone_says(attach):
    content = content_of(picture(), exif=exif_of("2024:09:01 10:11:12", gps=LINGLING))
    evidence, _image = attach(content, original=ORIGINAL | {"latitude": 1.5, "longitude": 2.5})
    assert evidence.taken_at == datetime(2024, 9, 1, 2, 11, 12, tzinfo=UTC)
    assert (evidence.latitude, evidence.longitude) == THERE
    assert evidence.original_sha256 == "ab" * 32


def test_a_declared_time_without_a_zone_is_of_this_city(attach):
    evidence, _image = attach(content_of(picture()), original={"taken_at": "2024-09-01T10:11:12"})
    assert evidence.taken_at == datetime(2024, 9, 1, 2, 11, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "original",
    [
        {"sha256": "", "taken_at": "", "latitude": "", "longitude": ""},
        {"sha256": "xy" * 32, "taken_at": "soon", "latitude": "26.2", "longitude": "111.6"},
        {"sha256": ["ab"], "taken_at": {"a": 1}, "latitude": [26], "longitude": None},
        {"sha256": 5, "taken_at": 1725152400, "latitude": True, "longitude": True},
        {"sha256": "ab" * 31, "taken_at": "2024-02-30T10:00:00Z", "latitude": float("nan"), "longitude": 111.6},
        {"sha256": "ab" * 33, "taken_at": "2099-01-01T00:00:00Z", "latitude": 26.2, "longitude": float("inf")},
        {"taken_at": "0001-01-01T00:00:00+14:00", "latitude": 10**400, "longitude": -(10**400)},
        {"taken_at": "9999-12-31T23:59:59-14:00", "latitude": 26.2},
        {"taken_at": "1999-12-31T00:00:00Z", "latitude": 90.1, "longitude": 0},
        {}, [], "text", 5, None,
    ],
)  # fmt: skip
def test_whatever_is_malformed_in_it_is_left_out(attach, original):
    content = content_of(picture())
    evidence, _image = attach(content, original=original)
    assert evidence.original_sha256 == hashlib.sha256(content).hexdigest()
    assert (evidence.taken_at, evidence.latitude, evidence.longitude) == (None, None, None)
