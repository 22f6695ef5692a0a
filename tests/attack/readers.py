"""What reads files and texts from outside, each as a function of bytes, beside bytes that it takes: these are fuzzed.

A reader refuses by ValidationError; anything else that it raises is a finding.
"""

import base64
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from entities.outside import read_json
from inspections import laboratory, photos, uploads
from inspections.forms.inspection_signatures import HEAD, read_signature
from reports.imports.dry_run import dry_run
from reports.imports.nouns import NOUNS
from reports.imports.read import read
from reports.superior.book import Book
from reports.superior.judge import check_workbook
from tests.attack import seeds

VISITS = "/api/v1/inspection/"


@dataclass(frozen=True)
class City:
    """The small city in which some readers look things up, and an inspector's client of the API."""

    world: object
    client: object


@dataclass(frozen=True)
class Reader:
    """`read` is called with each mutation of the `seeds`, and with the city where it needs one."""

    name: str
    read: object
    seeds: object
    needs_city: bool = False


def photo(data):
    upload = SimpleUploadedFile("a.jpg", data)
    uploads.check(upload, photo_only=True)
    with uploads.in_words(upload):
        photos.read(upload, photos.media_type_of(upload))


def signature(data):
    read_signature(HEAD + base64.b64encode(data).decode(), "a")


def document(data):
    uploads.check(SimpleUploadedFile("a.pdf", data))


def phones_note(data):
    """What a phone says of its photo; malformed, it counts as nothing said."""
    try:
        told = read_json(data.decode(errors="replace"))
    except ValueError:
        return
    photos.declared(told)
    photos.declared_sha256(told)


def packed_list(data):
    uploads.check_list(data, name="a.xlsx")
    read("a.xlsx", data)


def superior_form(data):
    check_workbook(SimpleUploadedFile("a.xlsx", data))
    try:
        book = Book(data)
    except Exception:  # SuperiorForm.take_in refuses whatever the library makes of it
        return
    for sheet in book.sheets:
        book.columns(sheet)
        book.rows(sheet)
    for sheet, cell in book.formulas():
        for _sign, leaf in book.terms(sheet, cell) or ():
            book.constant(sheet, leaf)


def with_sheet(content, sheet) -> bytes:
    """The workbook with another first sheet: mutations reach its cells, where those of a packed file end at its check sums."""
    written = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(written, "w", ZIP_STORED) as new:
        for part in old.infolist():
            new.writestr(part.filename, sheet if part.filename == seeds.SHEET else old.read(part.filename))
    return written.getvalue()


def imported(name, content, city):
    """The file as a list of every kind that can be imported."""
    for noun in NOUNS.values():
        try:
            dry_run(noun, name, content, officer=city.world.administrator, campaign=city.world.campaign)
        except ValidationError:
            continue


def list_as_text(data, city):
    imported("a.csv", data, city)


def list_as_cells(data, city):
    imported("a.xlsx", with_sheet(seeds.BLANK, data), city)


def laboratory_cells(data, city):
    rows, _source = laboratory.read_list(SimpleUploadedFile("a.xlsx", with_sheet(seeds.BLANK, data)))
    laboratory.judge(rows, campaign=city.world.campaign, by=city.world.manager)


def superior_cells(data):
    superior_form(with_sheet(seeds.BLANK, data))


def sheet_of_api(data, city):
    """A visit as the API takes it, alone and beside files; the client raises an error of the server."""
    city.client.post(VISITS, data, content_type="application/json")
    city.client.post(VISITS, {"sheet": data.decode(errors="replace")})


READERS = (
    Reader("photos, re-encoded", photo, seeds.pictures),
    Reader("drawn signatures", signature, seeds.signatures),
    Reader("PDF papers", document, seeds.documents),
    Reader("packed workbooks of lists", packed_list, seeds.packages),
    Reader("packed workbooks of a superior's form", superior_form, lambda: [seeds.SUMS]),
    Reader("cells of a superior's form", superior_cells, lambda: [seeds.sheet_of(seeds.SUMS)]),
    Reader("what a phone says of its photo", phones_note, seeds.notes),
    Reader("lists as text, each as every kind", list_as_text, seeds.texts, needs_city=True),
    Reader("cells of lists, each as every kind", list_as_cells, seeds.cells, needs_city=True),
    Reader("cells of a laboratory's list", laboratory_cells, seeds.laboratory, needs_city=True),
    Reader("visits as JSON through the API", sheet_of_api, seeds.visits, needs_city=True),
)
