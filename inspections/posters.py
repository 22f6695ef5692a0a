"""The QR code of a link, and the poster that an office prints for an entity to hang in its shop."""

import csv
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import segno
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext as _
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage

TEMPLATE = Path(__file__).resolve().parent / "word" / "self_check_poster.docx"
QR_WIDTH = Mm(95)
POSTERS_AT_ONCE = 500
# What the Word template may use; each is rendered once as this mark, then exchanged for every entity.
FIELDS = ("campaign", "entity", "address", "last_day", "office")
MARK = "@@{}@@"
# What a spreadsheet would take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def qr_code(url):
    """The QR code that opens the address; with a quarter of it dirty or torn it can still be read."""
    return segno.make(url, error="q", micro=False)


def qr_image(url) -> str:
    """The QR code as the source of an `img`."""
    return qr_code(url).svg_data_uri(scale=4, border=4)


def _qr_png(url) -> bytes:
    content = BytesIO()
    qr_code(url).save(content, kind="png", scale=8, border=4)
    return content.getvalue()


class Poster:
    """What stands on the poster of one entity."""

    def __init__(self, entity, campaign, officer, url, last_day: date):
        unit = officer.unit
        self.entity, self.url, self.unit, self.last_day = entity, url, unit, last_day
        self.values = {
            "campaign": campaign.name,
            "entity": entity.name,
            "address": entity.address,
            "last_day": last_day.isoformat(),
            "office": str(unit or ""),
        }

    @property
    def file_name(self) -> str:
        """Where it is found in a folder: region, name, number; nothing that a file system refuses."""
        stem = f"{self.entity.region}-{self.entity.name[:60]}-{self.entity.pk}"
        return "".join("_" if c in '\\/:*?"<>|' or not c.isprintable() else c for c in stem) + ".docx"


class PosterTemplate:
    """The Word template, which the office may restyle, rendered once and filled in for any number of entities.

    Rendering it anew takes 30 ms; exchanging the marks and the picture takes one.
    """

    def __init__(self):
        template, stand_in = DocxTemplate(TEMPLATE), _qr_png("stand-in")
        picture = InlineImage(template, BytesIO(stand_in), width=QR_WIDTH)
        template.render({name: MARK.format(name) for name in FIELDS} | {"qr": picture})
        content = BytesIO()
        template.save(content)
        with ZipFile(content) as parts:
            self.parts = {name: parts.read(name) for name in parts.namelist()}
        self.document = self.parts.pop("word/document.xml").decode()
        self.picture = next(name for name, content in self.parts.items() if content == stand_in)
        del self.parts[self.picture]

    def fill(self, poster) -> bytes:
        """The Word file of one poster."""
        document = self.document
        for name, value in poster.values.items():
            readable = "".join(c for c in value if c.isprintable())  # XML knows no control characters
            document = document.replace(MARK.format(name), escape(readable))
        content = BytesIO()
        with ZipFile(content, "w", ZIP_DEFLATED) as parts:
            for name, part in self.parts.items():
                parts.writestr(name, part)
            parts.writestr("word/document.xml", document)
            parts.writestr(self.picture, _qr_png(poster.url))
        return content.getvalue()


def poster_document(poster) -> bytes:
    """The Word file of one poster."""
    return PosterTemplate().fill(poster)


def posters_archive(posters) -> bytes:
    """A zip with a Word file for each poster and the list of all with their links.

    Raises ValidationError when there is none, or more than an office can want at once.
    """
    if not posters:
        raise ValidationError(_("No business in the list is open: there is no poster to make."))
    if len(posters) > POSTERS_AT_ONCE:
        raise ValidationError(
            _("%(count)d businesses are too many for one file, which takes %(most)d: narrow the list, say by county.")
            % {"count": len(posters), "most": POSTERS_AT_ONCE}
        )
    template, content = PosterTemplate(), BytesIO()
    with ZipFile(content, "w", ZIP_STORED) as archive:
        for poster in posters:
            archive.writestr(poster.file_name, template.fill(poster))
        archive.writestr("list.csv", _list_of(posters))
    return content.getvalue()


def _list_of(posters) -> bytes:
    """The list as a spreadsheet program opens it: with a mark that it is UTF-8, and nothing that it would calculate."""
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow([_("region"), _("entity"), _("actual address"), _("phone"), _("valid until"), _("link"), _("file")])
    for poster in posters:
        entity = poster.entity
        row = [str(entity.region), entity.name, entity.address, entity.phone, poster.values["last_day"], poster.url]
        rows.writerow([_as_text(value) for value in [*row, poster.file_name]])
    return text.getvalue().encode("utf-8-sig")


def _as_text(value) -> str:
    return f"'{value}" if value.startswith(FORMULA) else value
