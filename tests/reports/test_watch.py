"""The weekly watch: what stands open, what was done, against the week before."""

from datetime import date
from io import BytesIO

from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.factories import make_entity, make_hazard, make_inspection

PAGE = "/watch/"


def cell(line, watch, key):
    return next(c for c, declared in zip(line.cells, watch.heads, strict=True) if declared.key == key)


def test_each_number_is_the_length_of_its_list_and_told_against_the_week_before(client, world):
    for number, day in enumerate((date(2024, 8, 20), date(2024, 8, 28), date(2024, 9, 2))):
        visit = make_inspection(world, entity=make_entity(world, 30 + number), inspected_on=day)
        make_hazard(
            world, inspection=visit, found_on=day, deadline=date(2024, 8, 30) if number == 0 else date(2024, 9, 20)
        )
    client.force_login(world.manager)
    watch = client.get(PAGE).context["watch"]
    assert (watch.since, watch.until) == (date(2024, 8, 27), date(2024, 9, 2))
    county = watch.total
    visits, overdue = cell(county, watch, "inspections"), cell(county, watch, "hazards_overdue")
    assert (visits.number, visits.change) == (2, 1)
    assert (overdue.number, overdue.change) == (1, None)
    for found in (visits, overdue, cell(county, watch, "hazards_pending")):
        assert len(client.get(found.url).context["rows"]) == found.number
    assert watch.due.overdue == 1 and len(watch.owners) == 1


def test_the_city_has_a_line_for_each_county_and_they_add_up(client, world):
    make_inspection(world)
    make_inspection(world, by=world.stranger, entity=world.other_shop)
    client.force_login(world.leader)
    watch = client.get(PAGE).context["watch"]
    assert [cell(line, watch, "inspections").number for line in watch.lines] == [0, 1, 1]
    assert cell(watch.total, watch, "inspections").number == 2


def test_an_earlier_week_can_be_asked_and_a_wrong_day_is_told(client, world):
    client.force_login(world.leader)
    assert client.get(PAGE, {"to": "2024-08-04"}).context["watch"].since == date(2024, 7, 29)
    assert "alert-danger" in client.get(PAGE, {"to": "soon"}).content.decode()


def test_the_workbook_says_the_same(client, world):
    make_inspection(world)
    client.force_login(world.clerk)
    answer = client.get(PAGE, {"form": "xlsx"})
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()
    assert rows[3][3:5] == ["检查生产、销售单位", "比上期"]
    assert rows[-1][0] == "零陵区" and rows[-1][3:5] == [1, 1]


def test_inspectors_read_but_do_not_export_and_strangers_sign_in(client, world):
    assert client.get(PAGE).status_code == 302
    client.force_login(world.inspector)
    assert client.get(PAGE).status_code == 200
    assert client.get(PAGE, {"form": "xlsx"}).status_code == 403


def test_more_records_take_no_more_queries(client, world):
    visit = make_inspection(world, inspected_on=date(2024, 8, 28))
    make_hazard(world, inspection=visit, found_on=date(2024, 8, 28), deadline=date(2024, 8, 30))
    client.force_login(world.manager)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for number in range(20):
        visit = make_inspection(world, entity=make_entity(world, 30 + number), inspected_on=date(2024, 8, 28))
        make_hazard(world, inspection=visit, found_on=date(2024, 8, 28), deadline=date(2024, 8, 30))
    with CaptureQueriesContext(connection) as more:
        client.get(PAGE)
    assert len(more) == len(few)
