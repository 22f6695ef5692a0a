"""Problems, who answers for them, and how they were put right: one view over hazards."""

from datetime import date
from io import BytesIO

from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.factories import make_entity, make_hazard, make_inspection, rectify

PAGE = "/three-lists/"


def many(world, count, start=0):
    for number in range(start, start + count):
        visit = make_inspection(world, entity=make_entity(world, 50 + number), inspected_on=date(2024, 8, 1))
        make_hazard(world, inspection=visit, found_on=date(2024, 8, 1))


def test_a_hazard_stands_there_with_who_answers_and_how_it_was_put_right(client, world):
    world.shop.responsible_officer = world.inspector
    world.shop.store(by=world.manager)
    hazard = make_hazard(world, inspection=make_inspection(world))
    rectify(world, hazard)
    client.force_login(world.manager)
    page = client.get(PAGE)
    ((found, texts),) = page.context["rows"]
    assert found == hazard and len(texts) == 15
    assert {str(world.inspector), world.shop.name} <= {text.split(" · ")[0] for text in texts}
    assert client.get(PAGE, {"pending": "1"}).context["rows"] == []


def test_other_counties_do_not_stand_there_and_strangers_sign_in(client, world):
    make_hazard(world, inspection=make_inspection(world))
    assert client.get(PAGE).status_code == 302
    client.force_login(world.stranger)
    assert client.get(PAGE).context["rows"] == []
    assert client.get(PAGE, {"form": "xlsx"}).status_code == 403


def test_fifty_rows_cost_as_many_queries_as_two(client, world):
    client.force_login(world.manager)
    many(world, 2)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    many(world, 20, start=2)
    with CaptureQueriesContext(connection) as more:
        client.get(PAGE)
    assert len(more) == len(few)


def test_the_workbook_has_the_same_rows_below_three_heads(client, world):
    many(world, 3)
    client.force_login(world.clerk)
    page = client.get(PAGE)
    answer = client.get(PAGE, {"form": "xlsx"})
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()
    assert [cell for cell in rows[3] if cell] == ["序号", "问题清单", "责任清单", "整改清单"]
    assert [row[1:] for row in rows[5:]] == [texts for _hazard, texts in page.context["rows"]]


def test_a_wrong_period_is_told_and_a_page_to_print_shows_all(client, world):
    many(world, 60)
    client.force_login(world.manager)
    assert "alert-danger" in client.get(PAGE, {"from": "yesterday"}).content.decode()
    assert len(client.get(PAGE).context["rows"]) == 50
    assert len(client.get(PAGE, {"whole": "1"}).context["rows"]) == 60
