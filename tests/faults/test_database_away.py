"""The database goes away for a while: pages say so, nothing is lost, and all goes on by itself when it is back."""

import time

import pytest

from tests.faults.client import Client
from tests.faults.sheets import officers_of, visit_sheet
from tests.faults.system import eventually

AWAY_SECONDS = 10


@pytest.fixture(autouse=True)
def back_again(served):
    """Whatever a test did, the next one finds the database there."""
    yield
    if not served.cluster.is_running():
        served.cluster.start()


def shop(system):
    return system.one("SELECT min(id) FROM entities_entity WHERE kind = 'seller' AND region_id = '431102'")


def test_pages_say_that_the_database_is_away_and_come_back_with_it(served, officer):
    english, chinese = officer(), officer("second", language="zh-hans")
    path = f"/entities/{shop(served)}/"
    assert english.get(path).status_code == 200
    served.cluster.stop()
    away_since = time.monotonic()
    for client, said in [(english, "The database is away"), (chinese, "503")]:
        for address in ("/", path, "/dashboard/", "/admin/"):
            begun = time.monotonic()
            answer = client.get(address)
            assert time.monotonic() - begun < 8  # before the phone's own patience ends
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10"), answer.text[:500]
            assert said in answer.text
            assert "Traceback" not in answer.text and "psycopg" not in answer.text
            assert "no-cache" in answer.headers["Cache-Control"]
    assert english.get("/offline/").status_code == 200  # what a phone keeps needs no database
    time.sleep(max(0, away_since + AWAY_SECONDS - time.monotonic()))
    served.cluster.start()
    # The first request of each kind, and of every connection in every pool: none meets a dead one.
    eventually(lambda: english.get(path).status_code == 200, seconds=5)
    assert [english.get(path).status_code for _again in range(30)] == [200] * 30


def test_scripts_are_told_in_json(served, officer):
    client = officer()
    served.cluster.stop()
    session = client.get("/offline/session/")
    sheet = client.script("/entities/1/inspect/", {"action": "draft"})
    asked = client.get("/entities/", Accept="application/json")
    for answer in (session, sheet, asked):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "can't be reached" in answer.json()["detail"]


def test_somebody_who_signs_in_is_told_too(served):
    with Client(served.address, "inspector") as client:
        client.get("/login/")
        served.cluster.stop()
        answer = client.post("/login/", {"username": client.username, "password": client.password})
        assert answer.status_code == 503
        assert "The database is away" in answer.text


def test_a_visit_sent_while_it_is_away_is_entered_once_when_it_is_back(served, officer):
    client, sheet = officer(), visit_sheet(officers_of(served), failed=["XS-02"])
    path, before = f"/entities/{shop(served)}/inspect/", served.one("SELECT count(*) FROM inspections_inspection")
    served.cluster.stop()
    assert client.script(path, sheet).status_code == 503
    served.cluster.start()
    assert client.send_until_taken(path, sheet).status_code in (200, 201)
    assert client.send_until_taken(path, sheet).status_code == 200
    assert served.one("SELECT count(*) FROM inspections_inspection") == before + 1


def test_jobs_wait_while_it_is_away_and_their_worker_lives_on(served):
    begun, go_on = served.folder / "begun", served.folder / "go_on"
    served.manage("start_slow_work", begun, go_on)
    supervisor = served.work()
    eventually(begun.exists)
    served.cluster.stop()
    time.sleep(AWAY_SECONDS)
    assert supervisor.poll() is None
    # No worker is begun only to see it die.
    assert served.said("work").count("is begun again") <= 1
    go_on.touch()
    served.cluster.start()
    eventually(lambda: served.one("SELECT status FROM reports_job") == "done")
    (file,) = (served.media / "jobs").glob("*")
    assert file.read_text() == "all of it\n"
    assert supervisor.poll() is None
