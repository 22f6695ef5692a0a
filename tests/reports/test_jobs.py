"""Background jobs: they end honestly, leave nothing half-written, and their files go only to whom they belong."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from entities.models import OfficerSession
from reports import jobs
from reports.jobs import Cancelled, Work, perform
from reports.models import ApiAnswer, Job, Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def declare(monkeypatch):
    """Declare one kind of work for the length of a test."""

    def declare(run, *, right="inspections.view_inspection", repeatable=True):
        work = Work("test_work", "a test", right, run, repeatable)
        monkeypatch.setitem(jobs.WORKS, "test_work", work)

    return declare


def write_three_rows(progress):
    with progress.write("rows.csv") as path:
        for number in range(3):
            progress.at(number, 3)
        path.write_text("one\ntwo\nthree\n")


def start(world, by=None):
    return jobs.start("test_work", by=by or world.inspector, campaign=world.campaign, parameters={})


def do(job):
    perform(job.pk, job.task_id)
    job.refresh_from_db()
    return job


def kept_files():
    return default_storage.listdir("jobs")[1] if default_storage.exists("jobs") else []


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = str(tmp_path)
    monkeypatch.setattr(jobs, "LISTEN_SECONDS", 0)


def let_it_fall_silent(job):
    past = timezone.now() - timedelta(seconds=settings.JOB_STALE_SECONDS + 1)
    Job.objects.filter(pk=job.pk).update(heartbeat_at=past)


def test_a_job_waits_runs_and_leaves_its_file(world, client, declare):
    declare(write_three_rows)
    job = start(world)
    assert job.status == "queued"
    client.force_login(world.inspector)
    assert client.get(reverse("job_file", args=[job.pk])).status_code == 404
    do(job)
    assert (job.status, job.done, job.total, job.attempt) == ("done", 3, 3, 1)
    response = client.get(reverse("job_file", args=[job.pk]))
    assert b"".join(response.streaming_content) == b"one\ntwo\nthree\n"
    assert 'filename="rows.csv"' in response["Content-Disposition"]
    assert "rows" not in job.result.name
    page = client.get(job.get_absolute_url())
    assert reverse("job_file", args=[job.pk]) in page.content.decode()


def test_an_open_job_renews_its_status_and_an_ended_one_does_not(world, client, declare):
    declare(write_three_rows)
    job = start(world)
    client.force_login(world.inspector)
    status = client.get(job.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in status
    assert "every 2s" in status
    do(job)
    assert "every 2s" not in client.get(job.get_absolute_url()).content.decode()


def test_the_list_renews_itself_while_a_job_is_open_and_offers_what_can_be_done(world, client, declare):
    declare(write_three_rows)
    job = start(world)
    client.force_login(world.inspector)
    listed = client.get(reverse("job_list")).content.decode()
    assert "every 2s" in listed
    assert reverse("job_cancel", args=[job.pk]) in listed
    job.cancel()
    listed = client.get(reverse("job_list")).content.decode()
    assert "every 2s" not in listed
    assert reverse("job_retry", args=[job.pk]) in listed


def test_pages_say_when_no_worker_was_seen(world, client, declare):
    declare(write_three_rows)
    job = start(world)
    client.force_login(world.inspector)
    for url in (job.get_absolute_url(), reverse("job_list")):
        assert "notice-warning" in notices(client, url)
    Worker.objects.create(name="here", seen_at=timezone.now())
    for url in (job.get_absolute_url(), reverse("job_list")):
        assert "notice-warning" not in notices(client, url)


def notices(client, url):
    content = client.get(url).content.decode()
    return content[content.index("<h1>") :]


def test_a_failure_says_why_and_keeps_nothing(world, declare):
    def refuse(progress):
        with progress.write("half.csv") as path:
            path.write_text("half")
        raise ValidationError("The third row is wrong.")

    declare(refuse)
    job = do(start(world))
    assert (job.status, job.message, job.result.name) == ("failed", "The third row is wrong.", "")
    assert kept_files() == []


def test_something_unforeseen_is_told_without_its_details(world, declare):
    def stumble(progress):
        raise RuntimeError("secret path /etc")

    declare(stumble)
    job = do(start(world))
    assert job.status == "failed"
    assert job.message
    assert "secret" not in job.message


def test_a_waiting_job_that_is_cancelled_never_begins(world, client, declare):
    declare(write_three_rows)
    job = start(world)
    client.force_login(world.inspector)
    client.post(reverse("job_cancel", args=[job.pk]))
    assert do(job).status == "cancelled"
    assert job.attempt == 0


def test_a_running_job_notices_that_it_was_cancelled(world, declare):
    reached = []

    def run(progress):
        with progress.write("rows.csv") as path:
            path.write_text("one")
            progress.at(1, 3)
            Job.objects.get(pk=progress.job.pk).cancel()
            progress.at(2, 3)
            reached.append("too far")

    declare(run)
    job = do(start(world))
    assert (job.status, job.result.name, reached) == ("cancelled", "", [])
    assert kept_files() == []


def test_a_job_cancelled_at_the_last_moment_leaves_no_file(world, declare):
    def run(progress):
        write_three_rows(progress)
        Job.objects.get(pk=progress.job.pk).cancel()

    declare(run)
    assert do(start(world)).status == "cancelled"
    assert kept_files() == []


def test_work_inside_a_transaction_is_fenced_at_its_end(world, declare):
    def run(progress):
        Job.objects.get(pk=progress.job.pk).cancel()
        with pytest.raises(Cancelled):
            progress.confirm()
        raise Cancelled

    declare(run)
    assert do(start(world)).status == "cancelled"


def test_a_job_is_done_once_though_its_task_comes_twice(world, declare):
    times = []
    declare(lambda progress: times.append(1))
    job = start(world)
    do(job)
    do(job)
    assert times == [1]


def test_a_failed_job_is_begun_anew(world, client, declare):
    declare(lambda progress: 1 / 0)
    job = do(start(world))
    declare(write_three_rows)
    client.force_login(world.inspector)
    client.post(reverse("job_retry", args=[job.pk]))
    job.refresh_from_db()
    assert (job.status, job.message, job.finished_at) == ("queued", "", None)
    assert do(job).status == "done"
    client.post(reverse("job_retry", args=[job.pk]))
    job.refresh_from_db()
    assert job.status == "done"


def test_a_silent_job_is_begun_again_once_and_then_fails(world, declare):
    declare(write_three_rows)
    job = start(world)
    first_task = job.task_id
    for attempt in (1, 2):
        assert job.move("queued", status="running", attempt=attempt)
        let_it_fall_silent(job)
        jobs.sweep()
        job.refresh_from_db()
        assert job.status == ("queued" if attempt == 1 else "failed")
    assert job.message
    assert job.task_id != first_task


def test_work_that_must_not_be_repeated_fails_at_once(world, declare):
    declare(write_three_rows, repeatable=False)
    job = start(world)
    job.move("queued", status="running", attempt=1)
    let_it_fall_silent(job)
    jobs.sweep()
    job.refresh_from_db()
    assert job.status == "failed"


def test_a_job_that_gives_signs_of_life_is_left_alone(world, declare):
    declare(write_three_rows)
    job = start(world)
    job.move("queued", status="running", attempt=1, heartbeat_at=timezone.now())
    jobs.sweep()
    job.refresh_from_db()
    assert job.status == "running"


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=1)])
def test_a_job_that_lives_is_left_alone_when_the_clock_jumps(world, declare, monkeypatch, jump):
    declare(write_three_rows)
    job = start(world)
    job.move("queued", status="running", attempt=1, heartbeat_at=timezone.now() - jump)
    monkeypatch.setattr(jobs.time, "sleep", lambda seconds: job.move("running", heartbeat_at=timezone.now()))
    jobs.sweep()
    job.refresh_from_db()
    assert (job.status, job.attempt) == ("running", 1)


def test_a_job_that_died_before_the_clock_was_put_back_is_found(world, declare):
    declare(write_three_rows)
    job = start(world)
    job.move("queued", status="running", attempt=1, heartbeat_at=timezone.now() + timedelta(days=1))
    jobs.sweep()
    job.refresh_from_db()
    assert job.status == "queued"


def test_a_job_that_lost_its_database_is_begun_again_and_one_that_failed_is_not(world, declare, monkeypatch):
    def fail(progress):
        raise OperationalError("the connection is closed")

    declare(fail)
    monkeypatch.setattr(jobs.connection, "close", lambda: None)  # the test's own transaction lives in it
    assert do(start(world)).status == "failed"
    monkeypatch.setattr(jobs.connection, "is_usable", lambda: False)
    job = do(start(world))
    assert (job.status, job.attempt, job.message) == ("queued", 1, "")


def test_a_worker_that_wakes_up_after_it_was_given_up_changes_nothing(world, declare):
    def sleepy(progress):
        with progress.write("rows.csv") as path:
            path.write_text("late")
            let_it_fall_silent(progress.job)
            jobs.sweep()

    declare(sleepy)
    job = do(start(world))
    assert (job.status, job.result.name, kept_files()) == ("queued", "", [])


def test_a_task_that_was_lost_before_its_job_began_is_queued_again(world, declare):
    from django_tasks_db.models import DBTaskResult

    declare(write_three_rows)
    job = start(world)
    DBTaskResult.objects.filter(pk=job.task_id).update(status="RUNNING")
    let_it_fall_silent(job)
    lost = job.task_id
    jobs.sweep()
    job.refresh_from_db()
    assert job.task_id != lost
    assert do(job).status == "done"


def test_a_file_expires_and_is_deleted(world, client, declare):
    declare(write_three_rows)
    job = do(start(world))
    client.force_login(world.inspector)
    Job.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(reverse("job_file", args=[job.pk])).status_code == 404
    assert len(kept_files()) == 1
    client.get(reverse("job_list"))
    job.refresh_from_db()
    assert (job.status, job.result.name, kept_files()) == ("done", "", [])


def test_a_file_is_not_handed_out_after_rights_or_scope_changed(world, client, declare):
    declare(write_three_rows)
    job = do(start(world, by=world.manager))
    url = reverse("job_file", args=[job.pk])
    client.force_login(world.manager)
    assert client.get(url).status_code == 200
    world.manager.appoint(role="manager", unit=world.stranger.unit)
    assert client.get(url).status_code == 403
    world.manager.groups.clear()
    assert client.get(url).status_code == 403


def test_a_job_does_not_run_under_rights_that_changed_while_it_waited(world, declare):
    declare(write_three_rows)
    job = start(world, by=world.manager)
    world.manager.groups.clear()
    assert do(job).status == "failed"
    assert kept_files() == []


@pytest.mark.parametrize("name", ["job", "job_file", "job_cancel", "job_retry"])
def test_nobody_elses_job_exists(world, client, declare, name):
    declare(write_three_rows)
    job = do(start(world))
    url = reverse(name, args=[job.pk])
    ask = client.post if name in ("job_cancel", "job_retry") else client.get
    assert reverse("login") in ask(url).url
    client.force_login(world.second)
    assert ask(url).status_code == 404


def test_state_is_not_changed_by_a_look(world, client, declare):
    declare(write_three_rows)
    job = start(world)
    client.force_login(world.inspector)
    for name in ("job_cancel", "job_retry"):
        assert client.get(reverse(name, args=[job.pk])).status_code == 405


def test_an_administrator_sees_and_stops_the_jobs_of_others(world, client, declare):
    declare(write_three_rows)
    job = start(world)
    client.force_login(world.administrator)
    assert client.get(job.get_absolute_url()).status_code == 200
    client.post(reverse("job_cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.status == "cancelled"


def test_the_list_asks_the_same_for_one_job_and_for_many(world, client, declare, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    declare(write_three_rows)
    client.force_login(world.inspector)
    start(world)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(reverse("job_list"))
    for _again in range(5):
        start(world)
    with django_assert_num_queries(len(one)):
        client.get(reverse("job_list"))


def test_answers_and_sessions_whose_time_is_over_are_forgotten(world):
    now = timezone.now()
    for days in (1, 8):
        ApiAnswer.objects.create(officer=world.clerk, key=str(days), asked="0" * 64, at=now - timedelta(days=days))
        OfficerSession.objects.create(
            session_key=str(days), session_data="", expire_date=now + timedelta(days=5 - days)
        )
    jobs.sweep()
    assert ApiAnswer.objects.get().key == "1" and OfficerSession.objects.get().session_key == "1"
