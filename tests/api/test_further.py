"""Figures, snapshots, jobs, files and the account through the API, and the example of the documentation."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from rest_framework.test import APIClient

from entities.api import OfficerThrottle
from reports.indicators import INDICATORS
from reports.models import Job, Snapshot
from tests.factories import attach_photo, make_hazard, make_inspection, make_lead
from tests.world import PASSWORD

EXAMPLE = Path(__file__).parents[2] / "docs" / "api" / "client.py"


def test_every_figure_is_told_with_the_records_that_it_counts(world, call):
    make_inspection(world)
    told = call("leader").get("/api/v1/figures/").json()
    assert [figure["key"] for figure in told["figures"]] == [declared.key for declared in INDICATORS]
    visits = next(figure for figure in told["figures"] if figure["key"] == "inspections")
    assert visits["value"] == 1 and visits["records"] == "/ledgers/inspection/?figure=inspections"


def test_figures_are_asked_by_place_period_and_part(world, call):
    make_inspection(world)
    ask = "/api/v1/figures/?key=inspections"
    assert call("leader").get(f"{ask}&region=431103").json()["figures"][0]["value"] == 0
    assert call("leader").get(f"{ask}&from=2024-09-03").json()["figures"][0]["value"] == 0
    by = call("leader").get(f"{ask}&by=region").json()["figures"][0]["by"]
    assert by == {"431102": 1}


@pytest.mark.parametrize(
    "query", ["key=nonsense", "by=colour", "region=1", "from=yesterday", "from=2024-09-02&to=2024-09-01"]
)
def test_a_question_that_makes_no_sense_is_answered_so(world, call, query):
    told = call("leader").get(f"/api/v1/figures/?{query}")
    assert told.status_code == 400 and told["Content-Type"] == "application/problem+json"


def test_a_snapshot_is_frozen_and_signed_by_another(world, call):
    made = call("clerk").post(
        "/api/v1/snapshots/", {"region": "431102", "label": "周", "until": "2024-09-02"}, format="json"
    )
    assert made.status_code == 201, made.json()
    sign = f"/api/v1/snapshots/{made.json()['id']}/sign/"
    assert call("leader").post(sign).json()["signed_by"] == world.leader.pk
    assert call("leader").post(sign).status_code == 422
    assert call("leader").get("/api/v1/snapshots/").json()["results"][0]["id"] == Snapshot.objects.get().pk


def test_a_list_is_taken_out_in_the_background(world, call):
    make_lead(world)
    started = call("manager").post("/api/v1/jobs/", {"ledger": "lead", "form": "csv", "query": "q=改装"}, format="json")
    assert started.status_code == 202 and started["Location"] == f"/api/v1/jobs/{Job.objects.get().pk}/"
    reader = call("manager", scopes=["read", "write"])
    assert reader.post("/api/v1/jobs/", {"ledger": "lead"}, format="json").status_code == 403
    cancelled = call("manager").post(f"{started['Location']}cancel/")
    assert cancelled.json()["status"] == "cancelled"
    assert call("manager").post("/api/v1/jobs/", {"ledger": "nonsense"}, format="json").status_code == 422


def test_a_file_is_served_in_scope_only(world, call):
    photo = attach_photo(make_hazard(world, inspection=make_inspection(world)), by=world.inspector)
    url = f"/api/v1/evidence/{photo.pk}/file/"
    served = call("inspector").get(url)
    assert served.status_code == 200 and served["X-Content-Type-Options"] == "nosniff"
    assert call("stranger").get(url).status_code == 404


def test_the_history_is_read_by_those_who_may(world, call):
    make_lead(world)
    told = call("discipline").get("/api/v1/history/?kind=lead").json()
    assert told["results"][0]["who"] == "Clerk" and told["next"] is None
    assert call("discipline").get("/api/v1/history/?way=nonsense").status_code == 400
    assert call("manager").get("/api/v1/history/").status_code == 403


def test_an_address_that_is_none_is_a_problem(world, call):
    told = call("manager").get("/api/v1/nonsense/")
    assert told.status_code == 404 and told["Content-Type"] == "application/problem+json"


def test_too_many_calls_are_told_when_to_go_on(world, monkeypatch):
    monkeypatch.setattr(OfficerThrottle, "rate", "2/min", raising=False)
    client = APIClient()
    client.force_login(world.manager)
    codes = [client.get("/api/v1/me/") for _n in range(3)]
    assert [answer.status_code for answer in codes] == [200, 200, 429] and int(codes[2]["Retry-After"]) > 0


def test_a_session_writes_with_its_token_against_forgery_only(world):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(world.clerk)
    form = {"came_from": "complaint", "received_on": "2024-09-02", "text": "举报", "region": "431102"}
    assert client.get("/api/v1/lead/").status_code == 200
    assert client.post("/api/v1/lead/", form, format="json").status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="a server beside the test needs a database that both see")
def test_the_example_of_the_documentation_runs(world, live_server):
    done = subprocess.run(
        [sys.executable, EXAMPLE, live_server.url, "manager", PASSWORD, "--no-export"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "entered lead" in done.stdout and "changed to version 2" in done.stdout
