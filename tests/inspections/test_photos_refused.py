"""What is no whole photo, or more than one: refused in words, before it costs anything, and nothing is written."""

import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from PIL import PngImagePlugin

from inspections.models import Evidence
from inspections.uploads import check as check_upload
from tests.factories import make_inspection
from tests.inspections.test_photos import content_of, picture, upload


def refused(content, name="IMG_0001.jpg"):
    """What the form says to that content; the verb says the same."""
    with translation.override("en"), pytest.raises(ValidationError) as said:
        check_upload(upload(content, name), photo_only=True)
    return said.value.messages[0]


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_declaring(width, height):
    """A small file that says it is that large."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def gif():
    return content_of(picture((64, 64)), "GIF")


BAD = {
    "a GIF named .jpg": (gif, "is not a photo"),
    "a page": (lambda: b"<!DOCTYPE html><html><script>alert(1)</script></html>", "is not a photo"),
    "an archive": (lambda: b"PK\x03\x04" + b"\0" * 200, "is not a photo"),
    "an AVIF": (lambda: content_of(picture((64, 64)), "AVIF"), "is not a photo"),
    "nothing": (lambda: b"", "is empty"),
    "a JPEG cut off": (lambda: content_of(picture((1200, 900)))[:-3000], "is damaged"),
    "a JPEG cut off in its head": (lambda: content_of(picture())[:30], "is damaged"),
    "a PNG cut off": (lambda: content_of(picture((1200, 900)), "PNG")[:-900], "is damaged"),
    "a PNG cut off after its last pixel": (lambda: content_of(picture((40, 30)), "PNG")[:-14], "is damaged"),
    "a WebP cut off": (lambda: content_of(picture((1200, 900)), "WEBP")[:-300], "is damaged"),
    "a HEIC cut off": (lambda: content_of(picture((1200, 900)), "HEIF")[:-300], "is damaged"),
    "a bomb of 100,000 × 100,000": (lambda: png_declaring(100_000, 100_000), "too many pixels"),
    "a bomb of 10,000 × 10,000": (lambda: png_declaring(10_000, 10_000), "too many pixels"),
    "a PNG whose pixels are missing": (lambda: png_declaring(2000, 2000), "is damaged"),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_whole_photo_is_refused_in_words(world, kind):
    make, words = BAD[kind]
    assert words in refused(make()), kind
    assert "IMG_0001.jpg" in refused(make())
    visit = make_inspection(world)
    with translation.override("en"), pytest.raises(ValidationError, match=words.replace("is not", "is neither")):
        Evidence.attach(visit, upload(make()), by=world.inspector)
    assert not Evidence.objects.exists()


def test_a_document_is_no_photo():
    assert "is not a photo" in refused(b"%PDF-1.4\n%%EOF\n")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch):
    def decode(*args):
        raise AssertionError("decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", decode)
    assert "too many pixels" in refused(png_declaring(100_000, 100_000))
    assert "too many pixels" in refused(png_declaring(8000, 7000))


def progressive(times):
    """A progressive JPEG that paints its last scan over that often."""
    content = content_of(picture((64, 64)), progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:-2] * times + content[-2:]


def test_a_picture_that_is_painted_over_a_thousand_times_is_refused_before_it_is_decoded():
    assert "is damaged" in refused(progressive(1000))


def test_a_photo_over_20_mb_is_refused_unread(settings):
    settings.EVIDENCE_MAX_BYTES = 50
    assert "is over 20 MB" in refused(content_of(picture()))


def test_a_form_reads_the_file_and_leaves_it_to_be_read_again():
    sent = upload(content_of(picture()))
    assert check_upload(sent) == "image/jpeg"
    sent.seek(0)
    assert len(sent.read()) == sent.size
