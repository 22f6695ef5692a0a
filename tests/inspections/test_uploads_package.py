"""What an Office file carries beside its cells is found by the names and relations of its parts."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from inspections.uploads.package import MOST_PARTS, OLE, Fault, fault_of
from tests.time_limit import processor_seconds

RELATION = b'<Relationships><Relationship Id="r" Type="http://x/relationships/%s" Target="%s"%s/></Relationships>'


def xlsx(**parts):
    """An ordinary workbook and those parts; a double underscore stands for the slash of a folder."""
    book = Workbook()
    book.active["A1"] = "名称"
    written = BytesIO()
    book.save(written)
    with ZipFile(written, "a", ZIP_DEFLATED) as package:
        for name, content in parts.get("parts", {}).items():
            package.writestr(name, content)
    return written.getvalue()


def with_part(name, content=b""):
    return xlsx(parts={name: content})


ORDINARY = {
    "a workbook": xlsx(),
    "a link that somebody clicks": with_part(
        "xl/worksheets/_rels/sheet1.xml.rels", RELATION % (b"hyperlink", b"https://example.org", b' TargetMode="External"')
    ),
    "a picture": with_part("xl/media/image1.png"),
    "an old workbook": OLE + b"\0" * 2000,
}  # fmt: skip
ACTIVE = {
    "macros": with_part("xl/vbaProject.bin"),
    "macros under another name": with_part("docProps/[Content_Types].xml.rels", b'<R Target="x" TargetMode="External"/>'),
    "a control": with_part("xl/activeX/activeX1.xml"),
    "a file inside": with_part("xl/embeddings/oleObject1.bin"),
    "macros of old": with_part("xl/macrosheets/sheet1.xml"),
    "links to other workbooks": with_part("xl/externalLinks/externalLink1.xml"),
    "data from elsewhere": with_part("xl/connections.xml"),
    "a program": with_part("word/media/setup.exe"),
    "a template from elsewhere": with_part(
        "word/_rels/settings.xml.rels", RELATION % (b"attachedTemplate", b"http://example.org/a.dotm", b" TargetMode = 'External'")
    ),
    "a picture from elsewhere, in wide characters": with_part(
        "xl/drawings/_rels/drawing1.xml.rels",
        (RELATION % (b"image", b"http://example.org/a.png", b' TargetMode="External"')).decode().encode("utf-16"),
    ),
    "macros in an old workbook": OLE + b"\0" * 512 + "_VBA_PROJECT_CUR".encode("utf-16-le"),
    "a file inside an old workbook": OLE + b"\0" * 512 + "MBD00012345".encode("utf-16-le"),
}  # fmt: skip


def types(content):
    """A package with those content types and nothing else."""
    written = BytesIO()
    with ZipFile(written, "w") as package:
        package.writestr("[Content_Types].xml", content)
    return written.getvalue()


@pytest.mark.parametrize("kind", ORDINARY)
def test_an_ordinary_file_is_taken(kind):
    assert fault_of(ORDINARY[kind]) is None


@pytest.mark.parametrize("kind", ACTIVE)
def test_one_that_carries_more_is_not(kind):
    assert fault_of(ACTIVE[kind]) == Fault.ACTIVE


def test_macros_are_known_by_their_type_too():
    assert (
        fault_of(types('<Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>'))
        == Fault.ACTIVE
    )
    assert fault_of(types("<Types/>")) is None


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_cannot_be_looked_through_is_not_taken():
    assert fault_of(b"PK\x03\x04" + b"\0" * 100) == Fault.DAMAGED
    assert fault_of(xlsx()[:-30]) == Fault.DAMAGED
    assert fault_of(with_part("XL/Workbook.xml")) == Fault.DAMAGED  # two parts of one name: each reader takes another
    assert fault_of(xlsx(parts={f"{number}": b"" for number in range(MOST_PARTS)})) == Fault.DAMAGED
    assert fault_of(types(b" " * (5 << 20))) == Fault.DAMAGED


def test_one_with_a_password_is_not_taken():
    assert fault_of(OLE + "EncryptedPackage".encode("utf-16-le")) == Fault.ENCRYPTED


def test_a_tag_that_never_ends_takes_no_longer_for_each_word_the_more_there_are():
    content = with_part("word/_rels/a.xml.rels", b"<R" + b' TargetMode="External"' * 20_000)
    with processor_seconds(2):
        assert fault_of(content) is None
