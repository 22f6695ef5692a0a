"""The page of an operation: each number opens exactly the records that it counts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    make_case,
    make_hazard,
    make_inspection,
    make_operation,
    make_seized_item,
    make_seizure,
    rectify,
)
from tests.world import TODAY

CASE = {"came_from": "inspection"}


@pytest.fixture
def operation(world):
    return make_operation(world)


def page(client, officer, operation):
    client.force_login(officer)
    return client.get(operation.get_absolute_url())


def numbers(answer):
    return {str(total.url): total.number for total in answer.context["totals"]}


def test_strangers_get_404_and_nobody_else_gets_in(client, world, operation):
    assert client.get(operation.get_absolute_url()).status_code == 302
    assert page(client, world.manager, operation).status_code == 200
    assert page(client, world.stranger, operation).status_code == 404
    world.leader.groups.clear()
    assert page(client, world.leader, operation).status_code == 403


def test_each_number_is_the_length_of_its_list(client, world, operation):
    visit = make_inspection(world, operation=operation)
    make_inspection(world, entity=world.repair_shop, operation=operation, outcome="not_found")
    rectify(world, make_hazard(world, inspection=visit))
    make_hazard(world, inspection=visit, deadline=TODAY)
    taken_back = make_hazard(world, inspection=visit)
    taken_back.withdraw(by=world.manager, reason="误录", on=TODAY)
    make_hazard(world, inspection=visit).hand_over(by=world.manager, department=world.fire, receipt="1号", on=TODAY)
    make_case(world, status="filed", number="1号", inspection=visit, **CASE)
    make_case(world, status="filed", number="2号", operation=operation, came_from="operation")
    make_case(world, inspection=visit, **CASE)
    elsewhere = make_inspection(world, entity=world.repair_shop)
    make_hazard(world, inspection=elsewhere)
    make_case(world, status="filed", number="3号", inspection=elsewhere, entity=world.repair_shop, **CASE)
    totals = page(client, world.manager, operation).context["totals"]
    assert [total.number for total in totals] == [1, 1, 3, 1, 0, 1, 2, 0]
    for total in totals:
        listed = client.get(total.url)
        assert listed.context["count"].number == total.number, total.label


def test_pieces_seized_open_what_was_seized_at_its_visits(client, world, operation):
    visit = make_inspection(world, operation=operation)
    make_seized_item(world, seizure=make_seizure(world, inspection=visit), quantity=5)
    make_seized_item(world, quantity=7)
    pieces = page(client, world.manager, operation).context["totals"][-1]
    assert pieces.number == 5
    assert [item.quantity for item in client.get(pieces.url).context["page"]] == [5]


def test_an_officer_of_another_county_sees_only_what_is_lent(client, world, operation):
    make_hazard(world, inspection=make_inspection(world, operation=operation))
    operation.officers.set([world.stranger])
    seen = page(client, world.stranger, operation)
    assert seen.status_code == 200 and set(numbers(seen).values()) == {0}  # its name is known; nothing is lent yet


def test_what_a_department_owes_is_gone_once_it_acknowledged(client, world, operation):
    visit = make_inspection(world, operation=operation)
    hazard = make_hazard(world, inspection=visit)
    hazard.hand_over(by=world.manager, department=world.fire, receipt="1号", on=TODAY)
    assert page(client, world.manager, operation).context["owed"] == [(world.fire, 0, 0, 1)]
    hazard.handovers.get().acknowledge(by=world.firefighter, receipt="消接1号", on=TODAY)
    assert page(client, world.manager, operation).context["owed"] == []


def test_it_asks_as_much_for_one_visit_as_for_six(client, world, operation):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert page(client, world.manager, operation).status_code == 200
        return len(asked)

    make_hazard(world, inspection=make_inspection(world, operation=operation))
    queries()
    few = queries()
    for _number in range(5):
        visit = make_inspection(world, operation=operation)
        make_hazard(world, inspection=visit)
        make_hazard(world, inspection=visit, responsible_department=world.fire)
    assert queries() == few


def test_an_operation_that_ends_before_it_starts_is_refused_and_nothing_written(client, world, operation):
    client.force_login(world.manager)
    values = {
        "name": "倒置行动", "key": "backwards", "kind": "cross_county", "region": "431102", "starts_on": "2024-09-02",
        "ends_on": "2024-09-01", "regions": ["431102"],
    }  # fmt: skip
    answer = client.post(reverse("desk_new", args=["operation"]), values)
    assert answer.status_code == 422 and "倒置行动" in answer.content.decode()
    assert not type(operation).objects.filter(key="backwards").exists()
