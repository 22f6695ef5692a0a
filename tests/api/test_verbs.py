"""What pages do besides entering and changing records, through the API: papers, links, many at once, results, accounts."""

import json
import uuid
from io import BytesIO

from django.test import Client
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from entities.models import Officer
from inspections.models import Digest, Inspection, Lead, Task
from reports.models import Snapshot
from reports.snapshots import frozen_figures
from tests.api.test_sheets import visit
from tests.factories import (
    make_batch,
    make_certificate,
    make_hazard,
    make_inspection,
    make_lead,
    make_order,
    make_photo,
    make_task,
)
from tests.inspections.test_sampling_results import line, workbook
from tests.world import TODAY

API = "/api/v1/"


def post(client, url, body=None, **headers):
    return client.post(f"{API}{url}", body or {}, format="json", headers=headers)


def content_of(answer):
    return BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)


def test_a_paper_is_taken_out_as_word_and_its_scan_attached(world, call):
    order = make_order(world)
    word = call("inspector").get(f"{API}order/{order.pk}/paper.docx")
    text = " ".join(part.text for part in Document(content_of(word)).element.body.iter() if part.text)
    assert order.number in text and word["Content-Disposition"].startswith("attachment")
    assert call("stranger").get(f"{API}order/{order.pk}/paper.docx").status_code == 404
    assert call("inspector", scopes=["read"]).get(f"{API}order/{order.pk}/paper.docx").status_code == 403
    scan = {"slot": "stamped", "file": make_photo("scan.png")}
    done = call("inspector").post(f"{API}order/{order.pk}/scan/", scan, format="multipart")
    assert done.status_code == 200, done.json()
    assert order.evidence.get().slot == "stamped"
    assert post(call("inspector"), f"order/{order.pk}/scan/", {"slot": "stamped"}).status_code == 422


def test_the_office_types_a_visit_in_and_two_officers_confirm_it(world, call):
    sheet = visit(world)
    typed = call("clerk").post(
        f"{API}inspection/", {"sheet": json.dumps(sheet), "scan": make_photo("scan.png")}, format="multipart"
    )
    assert typed.status_code == 201, typed.json()
    url = f"inspection/{typed.json()['id']}/confirm/"
    assert Inspection.objects.get().status == "awaiting_confirmation"
    assert post(call("trainee"), url, {"is_right": "yes"}).status_code == 422
    assert post(call("inspector"), url, {"is_right": "yes"}).json()["status"] == "awaiting_confirmation"
    assert post(call("inspector"), url, {"is_right": "yes"}).status_code == 422
    assert post(call("second"), url, {"is_right": "yes"}).json()["status"] == "submitted"


def test_a_draft_is_thrown_away_by_its_author_only(world, call):
    draft = make_inspection(world, by=world.second, submitted=False, client_uuid=uuid.uuid4())
    assert call("inspector").delete(f"{API}inspection-drafts/{draft.pk}/").status_code == 404
    assert call("second").delete(f"{API}inspection-drafts/{draft.pk}/").status_code == 204
    assert not Inspection.objects.exists()


def test_a_deed_is_done_to_many_all_or_none_and_undone(world, call):
    leads = [make_lead(world), make_lead(world)]
    asked = {"reason": "查无此事", "records": [{"id": lead.pk, "version": lead.version} for lead in leads]}
    url, client = "lead/bulk/find_unfounded/", call("clerk")
    stale = asked | {"records": [asked["records"][0], asked["records"][1] | {"version": 7}]}
    assert post(client, url, stale).status_code == 412
    assert post(client, url, asked | {"records": []}).status_code == 422
    assert post(call("stranger"), url, asked).status_code in (403, 404)
    assert not Lead.objects.filter(status="unfounded").exists()
    done = post(client, url, asked, **{"Idempotency-Key": "a"})
    assert done.status_code == 200 and done.json()["count"] == 2, done.json()
    assert Lead.objects.filter(status="unfounded").count() == 2
    assert post(client, url, asked, **{"Idempotency-Key": "a"})["Idempotent-Replayed"] == "true"
    (mine,) = client.get(f"{API}bulk-changes/").json()["results"]
    assert post(call("manager"), f"bulk-changes/{mine['id']}/undo/").status_code == 404
    assert post(client, f"bulk-changes/{mine['id']}/undo/").status_code == 200
    assert not Lead.objects.filter(status="unfounded").exists()
    assert post(client, f"bulk-changes/{mine['id']}/undo/").status_code == 422


def test_many_tasks_change_hands_and_are_taken_back(world, call):
    tasks = [make_task(world), make_task(world, entity=world.repair_shop)]
    client = call("manager")

    def named():
        return [{"id": task.pk, "version": task.version} for task in Task.objects.all()]

    asked = {"records": named(), "to": world.second.pk, "reason": "休假"}
    assert post(client, "task/bulk/reassign/", asked).json()["count"] == 2
    assert {task.assignee for task in Task.objects.all()} == {world.second}
    assert post(client, "task/bulk/withdraw/", {"records": asked["records"], "reason": "x"}).status_code == 412
    assert post(client, "task/bulk/withdraw/", {"records": named(), "reason": "重复"}).status_code == 200
    assert not Task.objects.pending().exists() and len(tasks) == 2


def test_links_and_posters_are_made_in_scope_only(world, call):
    client = call("inspector")
    link = post(client, f"entity/{world.shop.pk}/self-check-link/").json()
    assert Client().get(link["url"]).status_code == 200
    assert post(client, f"entity/{world.other_shop.pk}/self-check-link/").status_code == 404
    poster = client.get(f"{API}entity/{world.shop.pk}/self-check-poster.docx")
    assert world.shop.name in " ".join(t.text for t in Document(content_of(poster)).element.body.iter() if t.text)
    hazard = make_hazard(world)
    assert Client().get(post(client, f"hazard/{hazard.pk}/link/").json()["url"]).status_code == 200
    assert post(call("stranger"), f"hazard/{hazard.pk}/link/").status_code == 404
    assert post(call("leader"), f"hazard/{hazard.pk}/link/").status_code == 403


def test_a_laboratorys_list_is_looked_through_then_entered(world, call):
    batch, client = make_batch(world), call("manager")

    def hand_in(**more):
        sheet = {"workbook": workbook(line(batch.number), line("none")), **more}
        return client.post(f"{API}sampling-results/", sheet, format="multipart")

    looked = hand_in()
    assert looked.status_code == 200, looked.json()
    assert [row["verdict"] for row in looked.json()["rows"]] == ["ok", "unknown"] and looked.json()["entered"] == 0
    batch.refresh_from_db()
    assert batch.status == "sampled"
    assert hand_in(enter="1").json()["entered"] == 1
    batch.refresh_from_db()
    assert batch.status == "passed"
    assert hand_in(enter="1").status_code == 422
    make_batch(world, number="CJ-2024-002")
    template = load_workbook(content_of(client.get(f"{API}sampling-results/template.xlsx")))
    assert "CJ-2024-002" in {cell.value for row in template.active.rows for cell in row}


def test_a_certificate_is_judged_by_the_day(world, call):
    make_certificate(world)
    asked = {"number": "2024010101000001"}
    then = call("inspector").get(f"{API}certificate-check/", asked | {"on": "2024-01-01"}).json()["results"]
    now = call("inspector").get(f"{API}certificate-check/", asked).json()["results"]
    assert [one["is_valid"] for one in (*then, *now)] == [False, True]
    assert not call("stranger").get(f"{API}certificate-check/", asked).json()["results"]
    assert call("inspector").get(f"{API}certificate-check/").status_code == 400


def test_an_account_is_closed_and_its_tasks_change_hands(world, call):
    make_task(world, assignee=world.second)
    client, url = call("administrator"), f"officers/{world.second.pk}/close/"
    token = call("second")
    assert post(client, url, {"reason": "调离"}).status_code == 422
    assert post(call("manager"), url, {"reason": "调离"}).status_code == 403
    told = post(client, url, {"reason": "调离", "to": world.inspector.pk}, **{"Idempotency-Key": "a"})
    assert told.json() == {"id": world.second.pk, "tasks_handed_over": 1}
    again = post(client, url, {"reason": "调离", "to": world.inspector.pk}, **{"Idempotency-Key": "a"})
    assert again["Idempotent-Replayed"] == "true"
    assert token.get(f"{API}me/").status_code == 401
    assert not Officer.objects.get(pk=world.second.pk).is_active
    assert post(client, f"officers/{world.administrator.pk}/close/", {"reason": "x"}).status_code == 422


def test_digests_are_ones_own(world, call):
    digest = Digest.objects.create(officer=world.inspector, day=TODAY, overdue=1)
    assert [one["id"] for one in call("inspector").get(f"{API}digests/").json()["results"]] == [digest.pk]
    assert not call("second").get(f"{API}digests/").json()["results"]
    assert post(call("second"), f"digests/{digest.pk}/read/").status_code == 404
    assert post(call("inspector"), f"digests/{digest.pk}/read/").json()["read_at"]


def test_progress_counts_the_tasks_that_one_sees(world, call):
    make_task(world)
    told = call("manager").get(f"{API}task-progress/").json()
    numbers = {"total": 1, "done": 0, "overdue": 0}
    assert told == {
        "regions": [{"region": "431102"} | numbers], "officers": [{"officer": world.inspector.pk} | numbers],
    }  # fmt: skip
    assert call("stranger").get(f"{API}task-progress/").json() == {"regions": [], "officers": []}


def test_a_snapshot_is_compared_with_now_and_the_records_that_moved_are_those_in_scope(world, call):
    frozen = Snapshot(campaign=world.campaign, region=world.county, label="一周调度", until=TODAY)
    frozen.freeze(frozen_figures, by=world.clerk)
    made = make_inspection(world)
    url = f"{API}snapshots/{frozen.pk}/compare/"
    told = call("manager").get(url, {"figure": "inspections"}).json()
    moved = next(one for one in told["figures"] if one["key"] == "inspections")
    assert (moved["before"], moved["after"], moved["change"], told["later"]) == (0, 1, 1, None)
    assert [one["page"] for one in told["moved"]] == [made.get_absolute_url()] and told["hidden"] == 0
    outside = call("stranger").get(url, {"figure": "inspections"}).json()
    assert outside["moved"] == [] and outside["hidden"] == 1
    assert call("manager").get(url, {"figure": "none"}).status_code == 404
    assert call("manager").get(url, {"with": frozen.pk + 1}).status_code == 404


def test_sheets_of_figures_are_taken_out_by_who_exports(world, call):
    make_hazard(world)
    for name in ("three-lists", "watch", "dispatch", "summary"):
        url = f"{API}sheets/{name}.xlsx"
        assert load_workbook(content_of(call("leader").get(url, {"region": "4311"}))).sheetnames
        assert call("leader").get(url, {"region": "none"}).status_code == 400
        assert call("leader").get(url, {"campaign": "none"}).status_code == 404
        assert call("inspector").get(url).status_code == 403
        assert call("leader", scopes=["read"]).get(url).status_code == 403
    assert call("leader").get(f"{API}sheets/dispatch.docx", {"month": "none"}).status_code == 400


def test_a_page_hands_out_no_sheet_for_a_question_that_makes_no_sense(client, world):
    client.force_login(world.leader)
    for name, wrong in (
        ("dispatch", {"month": "none"}),
        ("watch", {"region": "none"}),
        ("three_lists", {"region": "none"}),
    ):
        answer = client.get(reverse(name), wrong | {"form": "xlsx"})
        assert not answer.has_header("Content-Disposition"), name
