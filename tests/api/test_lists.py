"""No list of the API asks more for many of its records than for few."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entities.models import ApiToken
from reports.models import Job, SavedFilter
from tests.ledger_records import make_one_of_each
from tests.office import make_bulletin, make_import, make_snapshot
from tests.world import TODAY
from yongzhou_ebike.api import urlpatterns

FEW, MANY = 2, 6


def make_all(world, numbers):
    """For each number one record of every kind, and one of each thing that the officer keeps."""
    for number in numbers:
        make_one_of_each(world, number)
        make_import(world, name=f"名单{number}.xlsx", by=world.administrator)
        make_snapshot(world, label=f"第{number}期")
        make_bulletin(world, until=TODAY - timedelta(days=number), as_of=TODAY)
        ApiToken.issue(world.administrator, name=f"令牌{number}", scopes=["read"], days=1)
        SavedFilter.objects.create(officer=world.administrator, ledger="hazard", name=str(number), query="")
        Job.objects.create(by=world.administrator, campaign=world.campaign, kind="export", label=str(number))


def lists():
    """The addresses of all lists."""
    routes = [str(pattern.pattern) for pattern in urlpatterns]
    return [route for route in routes if route.endswith("/") and "<" not in route]


@pytest.fixture
def asked(world, call):
    """A function that says of every list how many queries it asked and how many records it gave."""
    client = call("administrator")

    def count():
        found = {}
        for route in lists():
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(f"/api/v1/{route}")
            if (
                answer.status_code == 200
                and answer["Content-Type"] == "application/json"
                and "results" in answer.json()
            ):
                found[route] = len(queries), len(answer.json()["results"])
        return found

    return count


def test_no_list_asks_more_for_many_records_than_for_few(world, asked):
    make_all(world, range(1, FEW + 1))
    asked()  # what is kept between two requests is there
    few = asked()
    make_all(world, range(FEW + 1, MANY + 1))
    many = asked()
    longer = {route for route in few if few[route][1] < many[route][1]}
    assert {
        "rectification/",
        "evidence/",
        "deadline/",
        "bulletins/",
        "imports/",
        "jobs/",
        "rounds/",
        "snapshots/",
    } <= longer
    assert len(longer) > 45, sorted(set(few) - longer)
    assert {route: (few[route], many[route]) for route in longer if few[route][0] < many[route][0]} == {}
