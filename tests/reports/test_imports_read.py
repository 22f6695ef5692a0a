"""Files that officers hand in are read cell by cell, or refused in words."""

from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from openpyxl import Workbook

from reports.imports.read import ENCRYPTED, OLE, PART_BYTES, code_of, day_of, read
from tests.time_limit import processor_seconds


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def made(fill):
    book = Workbook()
    fill(book)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def test_rows_formulas_merged_cells_and_hidden_sheets_are_told():
    def fill(book):
        sheet = book.active
        sheet.append(["name", "day", "number"])
        sheet.append(["a", date(2025, 1, 20), "=1+1"])
        sheet.append(["b", "2025/1/21", 3])
        sheet.merge_cells("A3:A4")
        book.create_sheet("secret").sheet_state = "hidden"

    book = read("list.xlsx", made(fill))
    (page,) = book.pages
    first, second, *_rest = page.rows
    assert first == ["name", "day", "number"]
    assert day_of(second[1]) == date(2025, 1, 20)
    assert page.formulas == {(2, 3)}
    assert page.merged == {(3, 1), (4, 1)}
    assert book.hidden == ["secret"]


def test_rows_are_told_from_the_first_cell_of_the_sheet_as_often_as_they_are_asked():
    (page,) = read("list.xlsx", made(lambda book: book.active.cell(3, 2, "far"))).pages
    assert list(page.rows) == list(page.rows) == [["", ""], ["", ""], ["", "far"]]


BEGIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>'


def of_cells(cells, end=b"</row></sheetData></worksheet>"):
    """A workbook whose only row holds them, as they are written in it."""
    written = BytesIO()
    with ZipFile(BytesIO(made(lambda book: None))) as whole, ZipFile(written, "w") as packed:
        for name in whole.namelist():
            sheet = BEGIN + cells + end
            packed.writestr(name, sheet if name.startswith("xl/worksheets") else whole.read(name))
    return written.getvalue()


def cut_in_the_middle(cell):
    """A workbook of that cell, of which one half is unpacked with one part of its sheet and the other with the next."""
    return of_cells(b" " * (PART_BYTES - len(BEGIN) - len(cell) // 2) + cell)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (b'<c r="CW1"/>', "columns"),
        (b"<c r='CW1'/>", "columns"),
        (b'<c r="A100002"/>', "rows"),
        (b'<c r="CV100001"/>', "no workbook"),
    ],
)
def test_a_cell_too_far_off_is_refused_before_the_sheet_is_laid_out(monkeypatch, cell, said):
    monkeypatch.setattr("reports.imports.read.CalamineWorkbook", None)
    with pytest.raises(ValidationError, match=said):
        read("a.xlsx", cut_in_the_middle(cell))


def test_a_formula_is_found_wherever_it_stands():
    (page,) = read("a.xlsx", cut_in_the_middle(b'<c r="B1"><f>1+1</f><v>2</v></c>')).pages
    assert page.formulas == {(1, 2)}


@pytest.mark.parametrize(
    "cell",
    [
        b"<c r='B1'><f>1+1</f></c>",
        b'<c s="1" r="B1" t="str">\n <f t="shared" si="0"/><v>2</v></c>',
        b'<c r="A1"/><c r="B1"><f/></c><c r="C1"><v>1</v></c>',
    ],
)
def test_a_formula_is_found_however_its_cell_is_written(cell):
    (page,) = read("a.xlsx", of_cells(cell)).pages
    assert page.formulas == {(1, 2)}


@pytest.mark.parametrize("cell", [b"<c", b'<c r="A1"', b' r="A1"', b"<c "])
def test_looking_for_formulas_takes_no_longer_for_each_cell_the_more_there_are(cell, monkeypatch):
    """Cells that never end: each byte of them is looked at a few times, not once for every cell before it."""
    monkeypatch.setattr("reports.imports.read.CalamineWorkbook", None)
    content = of_cells(b'<c r="A1"><f>1</f></c><c' + cell * 20_000, end=b"")
    with processor_seconds(2), pytest.raises(ValidationError, match="no workbook"):
        read("a.xlsx", content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_in_every_usual_encoding(encoding):
    assert read("list.csv", "名称,日期\r\n永州,2025-01-20\r\n".encode(encoding)).pages[0].rows == [
        ["名称", "日期"],
        ["永州", "2025-01-20"],
    ]


def bomb():
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (20 * 1024 * 1024))
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"nonsense", "no workbook"),
        ("a.xls", OLE + b"\0" * 600, "no workbook"),
        ("a.xlsx", OLE + b"\0" * 600 + ENCRYPTED, "password"),
        ("a.pdf", b"%PDF", "Hand in"),
        ("a.csv", b"\xff\xff\xff", "characters"),
        ("a.csv", "名称".encode("utf-16"), "characters"),
        ("a.csv", b"," * 300, "columns"),
        ("a.csv", b"x\n" * 100_002, "rows"),
        ("a.xlsx", bomb(), "unpacked"),
        ("a.xlsx", made(lambda book: book.active.append(["x"] * 300)), "columns"),
        ("a.xlsx", made(lambda book: book.active.cell(1_048_576, 1, "far")), "rows"),
    ],
)
def test_what_is_no_list_is_refused_in_words(name, content, said):
    with pytest.raises(ValidationError, match=said):
        read(name, content)


@pytest.mark.parametrize(
    "written",
    [
        "2025-01-20",
        "2025/1/20",
        "2025.1.20",
        "2025年1月20日",
        "20250120",
        "２０２５－０１－２０ ",
        45677,
        45677.0,
        "45677",
    ],
)
def test_a_day_is_understood_however_it_was_written(written):
    assert day_of(written) == date(2025, 1, 20)


@pytest.mark.parametrize("written", ["2025-02-30", "soon", "12", True, "20251340"])
def test_what_is_no_day_is_refused(written):
    with pytest.raises(ValidationError):
        day_of(written)


def test_full_width_codes_become_narrow():
    assert code_of(" ９１４３１１００ＭＡ４ ") == "91431100MA4"
    assert code_of(7.0) == "7"
