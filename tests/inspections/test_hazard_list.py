"""The list of hazards: what is pending first, searched, filtered, sorted, counted."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_entity, make_hazard, make_inspection, rectify

LIST = reverse("hazard_list")


@pytest.fixture
def signed_in(client, world):
    client.force_login(world.inspector)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def hazard(world):
    return make_hazard(world)


@pytest.fixture
def foreign(world):
    inspection = make_inspection(world, by=world.stranger, entity=world.other_shop)
    return make_hazard(world, by=world.stranger, inspection=inspection)


def test_anonymous_is_sent_to_log_in(client, world):
    assert client.get(LIST).url.startswith(reverse("login"))


def listed(response):
    return list(response.context["listing"].page)


def test_the_list_begins_with_what_is_pending_by_deadline(signed_in, world, hazard, foreign):
    near = make_hazard(world, deadline=date(2024, 9, 3))
    rectify(world, make_hazard(world))
    assert listed(signed_in.get(LIST)) == [near, hazard]


def test_filters_stay_in_the_url_and_count(signed_in, world, hazard):
    major = make_hazard(world, severity="major", category="illegal_modification", description="加装电池")
    done = make_hazard(world)
    rectify(world, done)
    for query, found in [
        ({"severity": "major"}, [major]),
        ({"category": "illegal_modification"}, [major]),
        ({"q": "加装"}, [major]),
        ({"q": "零陵示例", "status": "rectified"}, [done]),
        ({"region": "431102", "status": "open"}, [hazard, major]),
        ({"status": "any"}, [hazard, major, done]),
        ({"status": "withdrawn"}, []),
    ]:
        response = signed_in.get(LIST, query)
        assert listed(response) == found, query
        assert response.context["listing"].count.number == len(found)


def test_overdue_are_those_after_their_deadline(signed_in, world, hazard):
    late = make_hazard(world, inspection=hazard.inspection, found_on=date(2024, 8, 1), deadline=date(2024, 9, 1))
    response = signed_in.get(LIST, {"overdue": "on"})
    assert listed(response) == [late]
    assert "1 day overdue" in response.content.decode()


def test_severity_sorts_by_gravity(signed_in, world, hazard):
    grave = [make_hazard(world, severity=severity) for severity in ("serious", "major")]
    assert listed(signed_in.get(LIST, {"sort": "severity"})) == [grave[1], grave[0], hazard]


def test_hazards_of_a_voided_inspection_are_not_listed(signed_in, world, hazard):
    hazard.inspection.void(by=world.manager, reason="录错")
    assert listed(signed_in.get(LIST, {"status": "any"})) == []


def test_fifty_rows_take_as_many_queries_as_one(signed_in, world, hazard):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert signed_in.get(LIST).status_code == 200
        return len(captured)

    signed_in.get(LIST)
    few = queries()
    for number in range(49):
        inspection = make_inspection(world, entity=make_entity(world, number))
        make_hazard(world, inspection=inspection)
    assert queries() == few


@pytest.mark.parametrize("text", ["llslch", "示例路1号", "92431102ma4l0001", "未张贴 零陵", "ｌｌｓｌ"])
def test_the_entity_is_found_as_in_the_register(signed_in, hazard, foreign, text):
    assert listed(signed_in.get(LIST, {"q": text})) == [hazard]
