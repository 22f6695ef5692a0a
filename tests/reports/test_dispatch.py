"""The monthly dispatch: the ranking by rules, who is named, and leaders' instructions to their feedback."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from docx.enum.section import WD_ORIENT
from python_calamine import CalamineWorkbook

from inspections.models import CoordinationEvent
from reports.models import RankingRule
from reports.ranking import Standard, ranked, standards
from reports.scope import FigureScope
from tests.factories import make_assignment, make_case, make_hazard, make_inspection
from tests.office import make_round

PAGE = "/dispatch/"
VISITS, RATE = Standard("visits_all", 30), Standard("rectification_rate", 10, at_least=2)
OPEN = Standard("hazards_all", 10, fewer_is_better=True)


@pytest.fixture
def scope(world):
    return FigureScope(world.campaign, world.city)


def places(scope, *by):
    return {one.row.label: (one.score, one.rank) for one in ranked(scope, by)}


def test_a_number_counts_with_its_share_of_the_largest(world, scope):
    for _number in range(4):
        make_inspection(world)
    make_inspection(world, by=world.stranger, entity=world.other_shop)
    assert places(scope, VISITS) == {"零陵区": (Decimal("100.0"), 1), "冷水滩区": (Decimal("25.0"), 2)}


def test_where_fewer_is_better_the_most_gets_nothing(world, scope):
    make_hazard(world)
    assert places(scope, OPEN) == {"冷水滩区": (Decimal("100.0"), 1), "零陵区": (Decimal("0.0"), 2)}


def test_a_rate_of_too_few_takes_its_weight_away_and_no_points(world, scope):
    visit = make_inspection(world)
    make_hazard(world, inspection=visit)
    assert places(scope, VISITS, RATE)["零陵区"] == (Decimal("100.0"), 1)
    make_hazard(world, inspection=visit, description="无警示标识")
    assert places(scope, VISITS, RATE)["零陵区"] == (Decimal("75.0"), 1)


def test_equal_scores_share_a_rank_and_what_can_not_be_told_has_none(world, scope):
    assert set(places(scope, VISITS).values()) == {(None, None)}
    make_inspection(world)
    make_inspection(world, by=world.stranger, entity=world.other_shop)
    assert set(places(scope, VISITS).values()) == {(Decimal("100.0"), 1)}


def test_the_administrator_sets_the_rules(client, world):
    usual = standards(world.campaign)
    assert {one.key for one in usual} >= {"inspections", "rectification_rate"}
    client.force_login(world.administrator)
    add = reverse("admin:reports_rankingrule_add")
    rule = {"campaign": world.campaign.pk, "key": "visits_all", "weight": 7, "at_least": 3}
    assert client.post(add, rule | {"weight": 0}).status_code == 200
    assert client.post(add, rule).status_code == 302
    assert standards(world.campaign) == [Standard("visits_all", 7, at_least=3)]
    client.force_login(world.manager)
    assert client.post(add, rule | {"key": "cases_all"}).status_code == 403
    assert RankingRule.objects.count() == 1


def test_who_filed_no_case_and_who_reports_late_is_named(client, world):
    make_case(world, status="filed")
    make_round(world)
    client.force_login(world.leader)
    dispatch = client.get(PAGE).context["dispatch"]
    assert dispatch.without_case == ["冷水滩区"]
    assert {report.unit.name for report in dispatch.late} == {"市局", "零陵区局", "冷水滩区局"}
    earlier = client.get(PAGE, {"month": "2024-08"}).context["dispatch"]
    assert earlier.without_case == ["零陵区", "冷水滩区"]
    assert earlier.late == []


@pytest.mark.parametrize("month", ["soon", "2024-13", "2030-01", "0001-01", "2024-04"])
def test_a_wrong_month_is_told(month, client, world):
    client.force_login(world.leader)
    response = client.get(PAGE, {"month": month})
    assert (response.status_code, bool(response.context["error"])) == (200, True)


def change(client, **query):
    watch = client.get(PAGE, query).context["watch"]
    cell = next(c for c, head in zip(watch.total.cells, watch.heads, strict=True) if head.key == "inspections")
    return cell.number, cell.change


def test_a_month_is_told_against_the_same_days_of_the_one_before(client, world):
    make_inspection(world)
    make_inspection(world, inspected_on=date(2024, 8, 1))
    make_inspection(world, inspected_on=date(2024, 8, 31))
    client.force_login(world.leader)
    assert change(client) == (1, 0)
    assert change(client, month="2024-08") == (2, 2)


def test_excel_and_word_carry_the_same_ranking(client, world):
    make_inspection(world)
    client.force_login(world.leader)
    page = client.get(PAGE)
    rows = [[str(value) for value in row] for row in page.context["rows"]]
    book = CalamineWorkbook.from_filelike(BytesIO(body(client, PAGE, "xlsx")))
    sheet = book.get_sheet_by_index(1).to_python()[1 : 1 + len(rows)]
    assert [(row[0], row[1], float(row[2])) for row in sheet] == [(int(row[0]), row[1], float(row[2])) for row in rows]
    assert [row[1] for row in rows] == ["零陵区", "冷水滩区"]
    written = Document(BytesIO(body(client, PAGE, "docx")))
    assert written.sections[0].orientation == WD_ORIENT.LANDSCAPE
    (ranking,) = [table for table in written.tables if table.rows[0].cells[2].text == str(page.context["heads"][2])]
    assert [[cell.text for cell in row.cells] for row in ranking.rows[1:]] == rows


def body(client, url, form):
    return b"".join(client.get(url, {"form": form}).streaming_content)


@pytest.mark.parametrize("url", [PAGE, "/watch/", "/three-lists/"])
def test_word_files_are_for_those_who_report_for_a_scope(url, client, world):
    hazard = make_hazard(world)
    client.force_login(world.inspector)
    assert client.get(url, {"form": "docx"}).status_code == 403
    client.force_login(world.leader)
    written = Document(BytesIO(body(client, url, "docx")))
    texts = [cell.text for table in written.tables for row in table.rows for cell in row.cells]
    assert (hazard.description if url == "/three-lists/" else "零陵区") in texts


def test_an_instruction_is_followed_up_to_its_feedback(client, world):
    client.force_login(world.clerk)
    assert client.get("/instructions/").status_code == 200
    form = client.get(reverse("desk_new", args=["coordinationevent"]), {"kind": "instruction"})
    assert form.context["form"].initial["kind"] == "instruction"
    event = CoordinationEvent(
        campaign=world.campaign, region=world.county, kind="instruction", title="严查非法改装", held_on=date(2024, 8, 1)
    )
    event.begin(by=world.clerk)
    page = client.get("/instructions/").content.decode()
    assert f"event={event.pk}" in page
    task = make_assignment(world, event=event, what="一周内摸排维修店")
    assert "一周内摸排维修店" in client.get(PAGE).content.decode()
    task.report(by=world.inspector, feedback="已摸排12家")
    page = client.get("/instructions/").content.decode()
    assert "已摸排12家" in page
    task.accept(by=world.clerk)
    assert "一周内摸排维修店" not in client.get(PAGE).content.decode()
    assert "一周内摸排维修店" in client.get("/instructions/").content.decode()
    client.force_login(world.stranger)
    assert "严查非法改装" not in client.get("/instructions/").content.decode()


def test_pages_are_for_officers_only_and_take_the_same_queries(client, world):
    for url in (PAGE, "/instructions/"):
        assert client.get(url).status_code == 302
    client.force_login(world.leader)

    def instruct(number):
        event = CoordinationEvent(
            campaign=world.campaign,
            region=world.county,
            kind="instruction",
            title=f"批示{number}",
            held_on=date(2024, 8, 1),
        )
        event.begin(by=world.clerk)
        make_assignment(world, event=event)
        make_hazard(world, description=f"隐患{number}", found_on=date(2024, 8, 1), deadline=date(2024, 8, 9))

    def queries(url):
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        return len(asked)

    instruct(0)
    client.get(PAGE)
    few = {url: queries(url) for url in (PAGE, "/instructions/")}
    for number in range(1, 6):
        instruct(number)
    assert {url: queries(url) for url in few} == few
