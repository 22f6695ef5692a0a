"""Whole sheets through the API: a visit, a self-check from paper, tasks."""

import uuid

from inspections.models import Hazard, Inspection, SelfCheck, Task

URL = "/api/v1/inspection/"


def visit(world, **changes):
    return {
        "client_uuid": str(uuid.uuid4()), "entity": world.shop.pk, "inspected_on": "2024-09-02", "mode": "routine",
        "outcome": "inspected", "officers": [world.inspector.pk, world.second.pk], "signing": "paper", "rest": "pass",
    } | changes  # fmt: skip


WRONG = {
    "item": "XS-02", "description": "未张贴告知", "category": "responsibility", "severity": "general",
    "deadline": "2024-09-24", "places": 1, "responsible_department": "market",
}  # fmt: skip


def test_a_visit_is_submitted_with_its_hazards_once(world, call):
    sheet, client = visit(world, answers={"XS-02": "fail"}, hazards=[WRONG]), call("inspector")
    sent = client.post(URL, sheet, format="json")
    assert sent.status_code == 201, sent.json()
    again = client.post(URL, sheet, format="json")
    assert again.status_code == 200 and again.json() == sent.json()
    assert client.post(URL, sheet | {"remarks": "别的"}, format="json").status_code == 409
    visited = Inspection.objects.get()
    assert set(visited.officers.all()) == {world.inspector, world.second} and visited.status == "submitted"
    assert Hazard.objects.get().description == "未张贴告知"


def test_what_is_wrong_with_a_visit_is_told_entry_by_entry(world, call):
    sheet = visit(world, officers=[world.inspector.pk], answers={"XS-02": "fail"}, rest=None)
    told = call("inspector").post(URL, sheet, format="json")
    assert told.status_code == 422 and not Inspection.objects.exists()
    assert {"#/officers", "#/answers"} <= {error["pointer"] for error in told.json()["errors"]}


def test_a_visit_to_an_entity_of_another_county_does_not_exist(world, call):
    told = call("inspector").post(URL, visit(world, entity=world.other_shop.pk), format="json")
    assert told.status_code == 422 and told.json()["errors"][0]["pointer"] == "#/entity"
    assert call("leader").post(URL, visit(world), format="json").status_code == 403


def test_a_self_check_from_paper_is_typed_in_once(world, call):
    sheet = {
        "client_uuid": str(uuid.uuid4()), "entity": world.shop.name, "answered_by": "张三", "checked_on": "2024-09-01",
        "rest": True, "answers": {"XS-02": "fail"}, "wrong": {"XS-02": {"what": "未张贴"}},
    }  # fmt: skip
    client = call("clerk")
    sent = client.post("/api/v1/selfcheck/", sheet, format="json")
    assert sent.status_code == 201, sent.json()
    assert client.post("/api/v1/selfcheck/", sheet, format="json").status_code == 200
    assert SelfCheck.objects.get().hazards.get().description == "未张贴"


def test_tasks_are_handed_out_for_the_entities_named(world, call):
    sheet = {
        "entities": [world.shop.pk, world.repair_shop.name], "purpose": "inspect", "due_on": "2024-09-30",
        "assignees": [world.inspector.pk],
    }  # fmt: skip
    done = call("manager").post("/api/v1/task/", sheet, format="json")
    assert done.status_code == 201 and done.json() == {"assigned": 2, "skipped": []}
    again = call("manager").post("/api/v1/task/", sheet, format="json")
    assert again.json()["assigned"] == 0 and len(again.json()["skipped"]) == 2 or again.status_code == 422
    assert Task.objects.count() == 2
    wrong = call("manager").post("/api/v1/task/", sheet | {"entities": [world.other_shop.pk]}, format="json")
    assert wrong.json()["errors"][0]["pointer"] == "#/entities"
