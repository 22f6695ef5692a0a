"""A file is checked row by row before anything is written."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from entities.models import Entity
from reports.imports.dry_run import Outcome, dry_run
from reports.imports.nouns import NOUNS
from reports.imports.template import template
from tests.reports.import_lists import unescaped
from tests.world import valid_credit_code

CODE, COUNTY = valid_credit_code("92431102MA4L0777X0"), "431102"
HEAD = ["企业名称", "主体类别", "信用代码", "旧营业执照号", "县区", "地址", "承诺日期"]


def book(*rows):
    made = Workbook()
    made.active.append(HEAD)
    for row in rows:
        made.active.append(row)
    written = BytesIO()
    made.save(written)
    return written.getvalue()


@pytest.fixture
def check(world):
    def run(content, officer=world.administrator, name="list.xlsx"):
        return dry_run(NOUNS["entities"], name, content, officer=officer, campaign=world.campaign)

    return run


def mistakes(run):
    return {(found.row, found.column) for found in run.findings}


def outcomes(run):
    return [row.outcome for row in run.rows]


GOOD = ["新店一", "seller", CODE, "", COUNTY, "人民路1号", "2025-01-20"]


def test_a_new_entity_is_told_as_new_and_nothing_is_written(check):
    before = Entity.objects.count()
    run = check(book(GOOD))
    assert (outcomes(run), run.findings) == ([Outcome.NEW], [])
    assert Entity.objects.count() == before


def test_each_mistake_is_found_at_its_cell(check):
    run = check(
        book(
            ["", *GOOD[1:]],
            ["店二", "鱼", "", "L2", COUNTY, "二号", ""],
            ["店三", "seller", CODE[:-1] + ("1" if CODE[-1] != "1" else "2"), "", COUNTY, "三号", ""],
            ["店四", "seller", "", "L4", "999999", "四号", ""],
            ["店五", "seller", "", "L5", COUNTY, "", ""],
            ["店六", "seller", "", "L6", COUNTY, "六号", "2025-02-30"],
            ["店七", "seller", "", "L7", COUNTY, "=1+1", ""],
            ["店八", "seller", "", "", COUNTY, "八号", ""],
        )
    )
    assert mistakes(run) == {
        (2, "A"), (3, "B"), (4, "C"), (5, "E"), (6, "F"), (7, "G"), (8, "F"), (9, "C"),
    }  # fmt: skip


@pytest.mark.parametrize("place", range(len(GOOD)))
def test_a_character_that_no_database_takes_is_told_at_its_cell(place, check):
    row = [cell + "_x0000_" * (here == place) for here, cell in enumerate(GOOD)]
    run = check(unescaped(book(row)))
    assert mistakes(run) == {(2, "ABCDEFG"[place])}
    assert [found.reason for found in run.findings] == ["此单元格含有无法保存的字符，请重新填写。"]


def test_all_that_is_wrong_with_a_row_is_told_at_once(check):
    wrong_code = CODE[:-1] + ("1" if CODE[-1] != "1" else "2")
    run = check(
        book(
            ["店一", "seller", wrong_code, "", "999999", "一号", ""],
            ["长" * 121, "鱼", wrong_code, "", "999999", "二号", "2025-02-30"],
            ["", "鱼", "", "", "", "", "soon"],
        )
    )
    assert mistakes(run) == {
        (2, "C"), (2, "E"), (3, "A"), (3, "B"), (3, "C"), (3, "E"), (3, "G"), (4, "A"), (4, "B"), (4, "E"), (4, "F"), (4, "G"),
    }  # fmt: skip
    assert len(run.findings) == len(mistakes(run))


def test_the_same_row_twice_is_wrong_the_second_time(check):
    assert outcomes(check(book(GOOD, GOOD))) == [Outcome.NEW, Outcome.WRONG]


def test_a_row_that_says_what_is_known_changes_nothing(check, world):
    known = world.shop
    row = [known.name, known.kind, known.credit_code, "", known.region_id, known.address, ""]
    assert outcomes(check(book(row))) == [Outcome.UNCHANGED]
    assert outcomes(check(book([f"{known.name}新", *row[1:]]))) == [Outcome.CHANGED]
    assert outcomes(check(book([*row[:5], "别处99号", ""]))) == [Outcome.DUPLICATE]


def test_an_old_template_is_refused(check):
    page = load_workbook(BytesIO(template(NOUNS["entities"].sheet)))
    page["_template"]["B1"] = 99
    written = BytesIO()
    page.save(written)
    with pytest.raises(ValidationError, match="template|模板"):
        check(written.getvalue())


def test_a_list_of_any_length_takes_the_same_queries(check):
    check(book(GOOD))
    with CaptureQueriesContext(connection) as one:
        check(book(GOOD))
    with CaptureQueriesContext(connection) as many:
        check(book(*[["店", "seller", "", f"L{n}", COUNTY, f"{n}号", ""] for n in range(50)], GOOD))
    assert len(many) == len(one)


def test_an_officer_of_one_county_imports_nothing_into_another(check, world):
    officer = next(o for o in world.officers.values() if o.unit and o.unit.code == "lengshuitan")
    run = check(book(GOOD), officer=officer)
    assert (outcomes(run), mistakes(run)) == ([Outcome.WRONG], {(2, "E")})
