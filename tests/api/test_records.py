"""Records through the API: the same lists, the same forms, the same verbs as the pages."""

import pytest

from entities.roles import Role
from inspections.models import Hazard, Lead
from reports.api.operations import operations_on
from reports.ledgers import LEDGERS
from tests.factories import make_entity, make_hazard, make_inspection, make_lead
from tests.ledger_records import make_one_of_each
from tests.office import make_round_report

LEAD = {"came_from": "complaint", "received_on": "2024-09-02", "text": "举报非法改装", "region": "431102"}


@pytest.mark.parametrize("declared", LEDGERS, ids=lambda declared: declared.name)
def test_every_kind_is_listed_and_read_in_scope_only(world, call, declared):
    make_one_of_each(world)
    mine = call("administrator").get(f"/api/v1/{declared.name}/").json()
    assert mine["count"] > 0
    one = mine["results"][0]
    read = call("administrator").get(f"/api/v1/{declared.name}/{one['id']}/")
    assert read.json() == one and read["ETag"] == f'"{one["version"]}"'
    own = {r["id"] for r in call("stranger").get(f"/api/v1/{declared.name}/?size=200").json()["results"]}
    for record in mine["results"]:
        seen = call("stranger").get(f"/api/v1/{declared.name}/{record['id']}/").status_code
        assert seen == (200 if record["id"] in own else 404)


def test_a_list_is_filtered_searched_sorted_and_paged_by_key(world, call):
    leads = [make_lead(world, text=f"举报{n}") for n in range(5)]
    client = call("clerk")
    page = client.get("/api/v1/lead/?size=2&sort=received_on").json()
    seen = [r["id"] for r in page["results"]]
    while page["next"]:
        page = client.get(page["next"]).json()
        seen += [r["id"] for r in page["results"]]
    assert sorted(seen) == sorted(lead.pk for lead in leads) and page["previous"]
    assert client.get("/api/v1/lead/?q=举报3").json()["count"] == 1
    wrong = client.get("/api/v1/lead/?status=nonsense")
    assert wrong.status_code == 400 and wrong.json()["errors"][0]["pointer"] == "?status"


def test_a_record_is_entered_as_on_its_page(world, call):
    made = call("clerk").post("/api/v1/lead/", LEAD | {"entity": world.shop.pk}, format="json")
    lead = Lead.objects.get()
    assert made.status_code == 201 and made["Location"] == f"/api/v1/lead/{lead.pk}/"
    assert (lead.entity, lead.created_by, lead.region_id) == (world.shop, world.clerk, "431102")
    assert lead.history.get().history_user == world.clerk


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"received_on": "2030-01-01"}, "#/received_on"),
        ({"text": ""}, "#/text"),
        ({"came_from": "nowhere"}, "#/came_from"),
        ({"text": 5}, "#/text"),
        ({"text": "\0"}, "#/text"),
        ({"nonsense": "x"}, "#/nonsense"),
    ],
)
def test_what_is_refused_names_the_entry_and_writes_nothing(world, call, changes, pointer):
    answer = call("clerk").post("/api/v1/lead/", LEAD | changes, format="json")
    assert answer.status_code == 422 and answer["Content-Type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not Lead.objects.exists()


def test_what_the_page_proposes_may_be_left_out(world, call):
    named = {name: LEAD[name] for name in ("came_from", "text")}
    told = call("clerk").post("/api/v1/lead/", named, format="json")
    assert told.status_code == 201 and told.json()["region"] == "431102" and told.json()["received_on"] == "2024-09-02"


def test_an_entity_outside_the_scope_can_not_be_named(world, call):
    for named in (world.other_shop.pk, world.other_shop.name):
        answer = call("clerk").post("/api/v1/lead/", LEAD | {"entity": named}, format="json")
        assert answer.status_code == 422 and not Lead.objects.exists()


def test_a_change_names_the_version_that_was_read(world, call):
    lead, client = make_lead(world), call("clerk")
    url = f"/api/v1/lead/{lead.pk}/"
    assert client.patch(url, {"text": "改了"}, format="json").status_code == 428
    done = client.patch(url, {"text": "改了"}, format="json", headers={"If-Match": client.get(url)["ETag"]})
    assert done.status_code == 200 and done.json()["text"] == "改了" and done["ETag"] != f'"{lead.version}"'
    assert done.json()["came_from"] == lead.came_from  # what was not named stays
    late = client.patch(url, {"text": "晚了"}, format="json", headers={"If-Match": f'"{lead.version}"'})
    assert late.status_code == 412 and "改了" in late.json()["detail"]
    lead.refresh_from_db()
    assert lead.text == "改了"


def test_a_deed_moves_the_record_on_as_its_page_does(world, call):
    lead = make_lead(world)
    url = f"/api/v1/lead/{lead.pk}/find_unfounded/"
    assert call("leader").post(url, {}, format="json").status_code == 403
    assert call("stranger").post(url, {}, format="json").status_code == 404
    done = call("clerk").post(url, {"reason": "查无此事", "on": "2024-09-02"}, format="json")
    assert done.status_code == 200 and done.json()["status"] == "unfounded"
    again = call("clerk").post(url, {"reason": "查无此事", "on": "2024-09-02"}, format="json")
    assert again.status_code == 422


def test_a_hazard_is_rectified_and_accepted(world, call):
    hazard = make_hazard(world, inspection=make_inspection(world))
    sent = {"measures": "已更换电池", "submitted_on": "2024-09-02"}
    assert call("inspector").post(f"/api/v1/hazard/{hazard.pk}/rectify/", sent, format="json").status_code == 200
    attempt = hazard.rectifications.get()
    accepted = call("manager").post(f"/api/v1/rectification/{attempt.pk}/accept/", {"method": "on_site"}, format="json")
    assert accepted.json()["verdict"] == "accepted"
    assert Hazard.objects.get(pk=hazard.pk).status == "rectified"


def test_the_same_key_writes_once(world, call):
    client = call("clerk")
    first = client.post("/api/v1/lead/", LEAD, format="json", headers={"Idempotency-Key": "a"})
    again = client.post("/api/v1/lead/", LEAD, format="json", headers={"Idempotency-Key": "a"})
    assert (first.status_code, again.status_code) == (201, 201) and first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true" and again["Location"] == first["Location"]
    other = client.post("/api/v1/lead/", LEAD | {"text": "别的"}, format="json", headers={"Idempotency-Key": "a"})
    assert other.status_code == 409 and Lead.objects.count() == 1


def test_an_answer_is_given_again_only_to_who_still_may_and_still_sees(world, call):
    client, lead = call("manager"), make_lead(world)
    entered = {"format": "json", "headers": {"Idempotency-Key": "a"}}
    changed = {"format": "json", "headers": {"Idempotency-Key": "b", "If-Match": f'"{lead.version}"'}}
    url = f"/api/v1/lead/{lead.pk}/"
    assert client.post("/api/v1/lead/", LEAD, **entered).status_code == 201
    assert client.patch(url, {"text": "改写"}, **changed).status_code == 200
    world.manager.appoint(role=Role.MANAGER, unit=world.stranger.unit)
    assert client.patch(url, {"text": "改写"}, **changed).status_code == 404
    world.manager.appoint(role=Role.LEADER, unit=world.leader.unit)
    assert client.post("/api/v1/lead/", LEAD, **entered).status_code == 403


def test_tasks_handed_out_are_told_again_only_where_their_entities_are_seen(world, call):
    sheet = {
        "entities": [world.shop.pk],
        "purpose": "inspect",
        "due_on": "2024-09-20",
        "assignees": [world.inspector.pk],
    }
    client, sent = call("manager"), {"format": "json", "headers": {"Idempotency-Key": "a"}}
    assert client.post("/api/v1/task/", sheet, **sent).status_code == 201
    assert client.post("/api/v1/task/", sheet, **sent)["Idempotent-Replayed"] == "true"
    world.manager.appoint(role=Role.MANAGER, unit=world.stranger.unit)
    assert client.post("/api/v1/task/", sheet, **sent).status_code == 422


def test_a_refused_call_may_be_tried_anew_under_its_key(world, call):
    client = call("clerk")
    wrong = client.post("/api/v1/lead/", LEAD | {"text": ""}, format="json", headers={"Idempotency-Key": "a"})
    assert wrong.status_code == 422
    assert client.post("/api/v1/lead/", LEAD, format="json", headers={"Idempotency-Key": "a"}).status_code == 201


def test_a_token_opens_no_more_than_its_scopes(world, call):
    reader = call("clerk", scopes=["read"])
    assert reader.get("/api/v1/lead/").status_code == 200
    assert reader.post("/api/v1/lead/", LEAD, format="json").status_code == 403
    assert call("clerk", scopes=["write"]).get("/api/v1/lead/").status_code == 403


def test_a_list_takes_as_many_queries_for_one_record_as_for_thirty(world, call, django_assert_max_num_queries):
    client = call("administrator")
    with django_assert_max_num_queries(20) as one:
        client.get("/api/v1/entity/")
    for number in range(30, 60):
        make_entity(world, number)
    with django_assert_max_num_queries(len(one.captured_queries)):
        assert client.get("/api/v1/entity/").json()["count"] > 30


def test_a_units_report_is_handed_in_and_approved_by_the_city(world, call):
    report = make_round_report(world)
    sent = {"person_in_charge": "张三", "compiler": "李四", "phone": "0746-0000000", "is_zero": True}
    url = f"/api/v1/roundreport/{report.pk}"
    done = call("clerk").post(f"{url}/submit/", sent, format="json")
    assert done.status_code == 200, done.json()
    assert call("manager").post(f"{url}/approve/", {}, format="json").status_code == 403
    approved = call("administrator").post(f"{url}/approve/", {}, format="json")
    assert approved.json()["status"] == "approved"


def test_every_deed_of_the_desks_is_an_operation():
    from inspections.desk.declare import all_desks

    for desk in all_desks():
        assert {deed.name for deed in desk.deeds} <= set(operations_on(desk.model))
