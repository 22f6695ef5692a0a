"""Where a query goes, asked of the router itself; with real servers in test_standby.py."""

import threading

import pytest
from django.db import DatabaseError, OperationalError, connections, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from entities import standby
from entities.models import Entity, OfficerSession
from yongzhou_ebike.router import StandbyRouter

ROUTER = StandbyRouter()


def reads():
    return ROUTER.db_for_read(Entity)


@pytest.fixture
def has_everything(monkeypatch):
    """A standby that is there and has replayed all."""
    monkeypatch.setattr(standby, "_has_everything", lambda patience: True)
    monkeypatch.setattr(standby, "_leave_alone", lambda why: None)


def ask(view, method="get"):
    return standby.view_reads_at_standby(view)(getattr(RequestFactory(), method)("/"))


def test_a_declared_view_reads_at_the_standby_and_nothing_after_it(has_everything):
    seen = ask(lambda request: reads())
    assert (seen, reads()) == ("standby", "default")


def test_a_form_reads_where_it_writes(has_everything):
    assert ask(lambda request: reads(), "post") == "default"


def test_without_a_standby_everything_is_the_primarys():
    assert ask(lambda request: reads()) == "default"


def test_what_must_be_read_at_the_primary_is_and_may_write(has_everything):
    def view(request):
        with standby.at_the_primary():
            inside = reads(), ROUTER.db_for_write(Entity)
        return inside, reads()

    assert ask(view) == (("default", "default"), "standby")


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_it_is_read_where_that_is(has_everything):
    def view(request):
        with transaction.atomic():
            inside = reads()
        return inside, reads()

    assert ask(view) == ("default", "standby")


def test_a_view_that_turns_out_to_write_is_run_again_at_the_primary(has_everything):
    tries = []

    def view(request):
        tries.append(reads())
        ROUTER.db_for_write(Entity)
        return "written"

    assert ask(view) == "written"
    assert tries == ["standby", "default"]


@pytest.mark.parametrize(
    "error", [OperationalError("server closed the connection"), DatabaseError("conflict with recovery")]
)
def test_a_standby_that_ceases_in_the_middle_is_replaced_by_the_primary(has_everything, error):
    tries = []

    def view(request):
        tries.append(reads())
        if tries == ["standby"]:
            raise error
        return "read"

    assert ask(view) == "read"
    assert tries == ["standby", "default"]


def test_the_work_of_a_job_may_tell_its_progress_meanwhile(has_everything):
    work = standby.work_reads_at_standby(lambda: (reads(), ROUTER.db_for_write(Entity)))
    assert work() == ("standby", "default")


def test_the_signs_of_life_of_a_job_go_to_the_primary(has_everything):
    seen = []
    beat = threading.Thread(target=lambda: seen.append(reads()))
    work = standby.work_reads_at_standby(lambda: (beat.start(), beat.join()))
    work()
    assert seen == ["default"]


def test_what_is_no_record_is_never_read_at_the_standby(has_everything):
    class Elsewhere:
        class _meta:
            app_label = "django_cache"

    assert ask(lambda request: ROUTER.db_for_read(Elsewhere)) == "default"
    assert ask(lambda request: ROUTER.db_for_read(OfficerSession)) == "standby"


def test_the_standby_gets_its_tables_from_the_primary():
    assert ROUTER.allow_migrate("standby", "entities") is False
    assert ROUTER.allow_migrate("default", "entities") is None


LOST = OperationalError("server closed the connection unexpectedly")


class Flaky:
    """A view that meets a lost connection the first so many times."""

    def __init__(self, times):
        self.times, self.asked = times, 0

    def __call__(self, request, *args, **kwargs):
        self.asked += 1
        if self.asked <= self.times:
            cause = type("AdminShutdown", (Exception,), {"sqlstate": "57P01", "__module__": "psycopg.errors"})()
            raise LOST from cause
        return HttpResponse("there")


@pytest.fixture
def flaky(monkeypatch, settings):
    """A page of that name whose view is lost so often."""
    from django.urls import path

    from yongzhou_ebike import urls

    view = Flaky(1)
    settings.ROOT_URLCONF = type(
        "Urls", (), {"urlpatterns": [*urls.urlpatterns, path("flaky/", view)], "handler500": urls.handler500}
    )
    monkeypatch.setattr(connections, "close_all", lambda: None)  # the test's own connection stays
    return view


def test_a_page_that_meets_a_lost_connection_is_asked_for_once_more(client, flaky, db):
    answer = client.get("/flaky/")
    assert (answer.status_code, answer.content, flaky.asked) == (200, b"there", 2)


def test_when_it_stays_away_that_is_said(client, flaky, db):
    flaky.times = 9
    assert (client.get("/flaky/").status_code, flaky.asked) == (503, 2)


def test_a_form_is_not_sent_twice(client, flaky, db):
    assert (client.post("/flaky/").status_code, flaky.asked) == (503, 1)
