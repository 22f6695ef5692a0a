"""The template of a sheet, and the header of what comes back."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from openpyxl import load_workbook

from reports.imports.declare import Column, Kind, Sheet
from reports.imports.read import VERSION_SHEET, read
from reports.imports.template import template

SHEET = Sheet(
    "shops", "shops", 3,
    (
        Column("name", "name", ("企业名称", "主体名称", "单位名称", "名称"), required=True, example="永州车行", note="as licensed"),
        Column("code", "code", ("统一社会信用代码", "信用代码", "credit code"), Kind.CODE),
        Column("kind", "kind", ("类型",), Kind.CHOICE, required=True, choices=(("a", "销售"), ("b", "维修"))),
    ),
)  # fmt: skip


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_the_template_carries_its_version_drop_downs_notes_and_example():
    book = load_workbook(BytesIO(template(SHEET)))
    page, told = book.worksheets[:2]
    assert [cell.value for cell in page[1]] == ["企业名称", "统一社会信用代码", "类型"]
    assert [cell.value for cell in book[VERSION_SHEET][1]][:2] == ["shops", 3]
    assert page["A1"].comment.text == "as licensed"
    assert page.data_validations.dataValidation[0].formula1 == "'_template'!$C$2:$C$3"
    assert [book[VERSION_SHEET]["C2"].value, book[VERSION_SHEET]["C3"].value] == ["销售", "维修"]
    assert told["D2"].value == "永州车行"


def test_the_template_can_be_read_again_and_hides_its_version():
    book = read("shops.xlsx", template(SHEET))
    assert SHEET.header(book.pages[0].rows) == (0, {"name": 0, "code": 1, "kind": 2})
    assert book.template[:2] == [SHEET.name, SHEET.version]


def test_columns_are_recognised_in_common_spellings_and_below_a_title():
    rows = [["永州市台账"], ["类型", "Ｃｒｅｄｉｔ　ｃｏｄｅ ", " 单位名称*", "其他"]]
    assert SHEET.header(rows) == (1, {"kind": 0, "code": 1, "name": 2})


@pytest.mark.parametrize(
    ("rows", "said"),
    [([["名称"]], "missing: 类型"), ([], "missing"), ([["名称", "类型", "企业名称"]], "twice: 企业名称")],
)
def test_a_header_that_is_not_whole_is_refused(rows, said):
    with pytest.raises(ValidationError, match=said):
        SHEET.header(rows)
