"""Whatever is made of a file, the rule takes it or refuses it in words, and in bounded time."""

import time
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspections import laboratory, photos, uploads
from tests.attack.limits import MUTATIONS
from tests.inspections.test_photos import content_of, picture
from tests.inspections.test_sampling_results import line, workbook
from tests.inspections.test_uploads_package import ORDINARY as PACKAGES
from tests.inspections.test_uploads_pdf import ACTIVE, ORDINARY

SECONDS = 10
PICTURES = [content_of(picture((64, 48)), form) for form in ("JPEG", "PNG", "WEBP", "HEIF")]
WORKBOOKS = [workbook(line("CC-1")).read(), *PACKAGES.values()]
TOKENS = [
    b"", b"\0", b"\xff" * 8, b"stream\n", b"endstream", b"/ObjStm", b"/First 9999999", b"/Filter", b"/OpenAction 1 0 R",
    b"obj", b"PK\x05\x06", b"\xff\xd8", b"IHDR", b"9" * 40, b"#4a", b"%%EOF",
]  # fmt: skip


@st.composite
def mutated(draw, originals):
    """One of them with some bytes replaced, taken out or repeated, or another piece put in."""
    content = bytearray(draw(st.sampled_from(originals)))
    for _change in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 64))
        piece = draw(st.sampled_from(TOKENS) | st.binary(max_size=16) | st.just(bytes(content[at : at + length])))
        content[at : at + draw(st.sampled_from([0, 1, len(piece), length, len(content)]))] = piece
    return bytes(content)


def in_time(ask):
    """Whether it was taken; any other error than a refusal, and any long wait, fails the test."""
    started = time.monotonic()
    try:
        ask()
        taken = True
    except ValidationError:
        taken = False
    assert time.monotonic() - started < SECONDS
    return taken


many = settings(
    max_examples=MUTATIONS, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@many
@given(mutated(PICTURES))
def test_pictures(content):
    upload = SimpleUploadedFile("a.jpg", content)
    if in_time(lambda: uploads.check(upload)):
        with uploads.in_words(upload):
            kept = photos.read(upload, photos.media_type_of(upload))
        assert kept.content.startswith(b"\xff\xd8") and kept.content.endswith(b"\xff\xd9")


@many
@given(mutated([*ORDINARY.values(), *ACTIVE.values()]))
def test_documents(content):
    in_time(lambda: uploads.check(SimpleUploadedFile("a.pdf", content)))


@many
@given(mutated(WORKBOOKS), st.sampled_from(["a.xlsx", "a.xls", "a.csv", "a.html", "a"]))
def test_lists(content, name):
    if in_time(lambda: uploads.check_list(content, name=name)):
        assert name in ("a.xlsx", "a.xls", "a.csv")


@pytest.mark.django_db
@many
@given(mutated(WORKBOOKS[:1]))
def test_lists_of_a_laboratory(content):
    in_time(lambda: laboratory.read_list(SimpleUploadedFile("a.xlsx", content)))


def test_the_originals_are_taken():
    for content in PICTURES:
        assert in_time(lambda content=content: uploads.check(SimpleUploadedFile("a.jpg", content)))
    assert in_time(lambda: uploads.check_list(WORKBOOKS[0], name="a.xlsx"))


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n" + b"stream\n" * 49_000 + b"%%EOF",
        b"%PDF-1.7\n" + b"/AA" + b" " * 3_000_000 + b"%%EOF",
        b"%PDF-1.7\n" + b"/OpenAction %" * 300_000 + b"%%EOF",
        b"%PDF-1.7\n" + b"/OpenAction 1 0 R " * 20_000 + b"1 0 obj[" * 20_000 + b"%%EOF",
        b"%PDF-1.7\n" + b"/AA%\n" * 400_000 + b"%%EOF",
        b"%PDF-1.7\n" + (b"/First 1/N stream\n" + b"obj" * 400) * 3_000 + b"%%EOF",
    ],
)  # fmt: skip
def test_a_document_made_to_keep_a_server_busy_does_not(content):
    in_time(lambda: uploads.check(SimpleUploadedFile("a.pdf", content)))


def test_a_list_made_to_keep_a_server_busy_does_not():
    packed = BytesIO()
    with ZipFile(packed, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        for number in range(4000):
            package.writestr(f"{number}.rels", "<" * 1000)
    in_time(lambda: uploads.check_list(packed.getvalue(), name="a.xlsx"))
