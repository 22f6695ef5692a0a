"""The clock of the server jumps an hour or a day, on or back, between two requests and in the middle of a job."""

import os
import signal
from contextlib import contextmanager

import pytest

from tests.faults.client import Client
from tests.faults.sheets import officers_of, visit_sheet
from tests.faults.system import children, eventually

HOUR, DAY = 3600, 86400


@pytest.fixture
def clock(system):
    """A function that puts the clock of every process of the system on or back; pauses are still measured in real seconds."""
    told = system.folder / "clock"
    told.write_text("0")
    system.environment |= {"CLOCK_FILE": str(told), "DEMO_TODAY": ""}
    return lambda seconds: told.write_text(str(seconds))


@contextmanager
def served_at(system):
    system.serve()
    try:
        with Client(system.address, "inspector") as client:
            yield client.sign_in()
    finally:
        system.stop()


def test_sessions_numbers_and_days_stand_when_the_clock_jumps(system, clock):
    system.execute("UPDATE inspections_campaign SET ends_on = '2100-01-01'")
    system.execute("UPDATE inspections_numberblock SET year = extract(year FROM now())")
    shop = system.one("SELECT min(id) FROM entities_entity WHERE name LIKE %s", "零陵车行%")
    # Two days ago is past and the day after tomorrow is to come at each of the moments below, however near midnight it is now.
    past, to_come = (
        system.one("SELECT (timezone('Asia/Shanghai', now()) + %s * interval '1 day')::date::text", days)
        for days in (-2, 2)
    )
    path, officers = f"/entities/{shop}/inspect/", officers_of(system)
    with served_at(system) as client:
        for jump in (0, -HOUR, -DAY, HOUR, 0):
            clock(jump)
            assert client.get("/").status_code == 200, jump  # still signed in
            answer = client.script(path, visit_sheet(officers, inspected_on=past))
            assert answer.status_code == 201, (jump, answer.text[:500])
            answer = client.script(path, visit_sheet(officers, inspected_on=to_come))
            assert answer.status_code == 422, (jump, answer.text[:500])
            assert "future" in answer.text
    numbers = [row["n"] for row in system.rows("SELECT record_number AS n FROM inspections_inspection ORDER BY id")]
    taken = [number.rsplit("〕", 1)[1] for number in numbers if number]
    assert taken == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("jump", [DAY, -HOUR])
def test_a_job_that_lives_is_swept_by_no_jump_of_the_clock(system, clock, jump):
    begun, go_on = system.folder / "begun", system.folder / "go_on"
    for sign in (begun, go_on):
        sign.unlink(missing_ok=True)
    system.manage("start_slow_work", begun, go_on)
    system.work()
    try:
        eventually(begun.exists)
        # The sweeper's clock has jumped, that of the worker not yet: as in the second before its next sign of life.
        jumped = system.folder / "jumped"
        jumped.write_text(str(jump))
        system.manage("sweep_jobs", CLOCK_FILE=str(jumped))
        clock(jump)
        go_on.touch()
        ended = "SELECT status, attempt FROM reports_job ORDER BY id DESC LIMIT 1"
        eventually(lambda: system.rows(ended)[0]["status"] not in ("queued", "running"))
        assert system.rows(ended) == [{"status": "done", "attempt": 1}]
    finally:
        for pid in [*children(system.worker.pid), system.worker.pid]:
            os.kill(pid, signal.SIGKILL)
        system.worker.wait()
