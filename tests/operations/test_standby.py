"""What may be read at the standby is, and never without what was saved before: shown with one that stands still."""

import pytest

from entities import standby
from tests.faults.sheets import officers_of, visit_sheet
from tests.operations.crowded_site import CrowdedSite
from tests.operations.site import wait_for

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("site")]

LEDGER = "/ledgers/inspection/"


@pytest.fixture(scope="module")
def site():
    site = CrowdedSite()
    try:
        site.build()
        site.ready()
        yield site
    finally:
        site.stop()


@pytest.fixture(scope="module")
def people(site):
    """The inspector who enters, and the manager who looks."""
    return site.client("inspector").sign_in(), site.client("manager").sign_in()


@pytest.fixture
def enter(site, people):
    """A function that enters a visit and answers its address."""
    shop = site.one("SELECT min(id) FROM entities_entity WHERE name LIKE %s", "零陵车行%")

    def visit():
        answer = people[0].script(f"/entities/{shop}/inspect/", visit_sheet(officers_of(site)))
        assert answer.status_code == 201, answer.text[:500]
        return answer.json()["location"]

    return visit


def looks_at_standby(site, client) -> bool:
    before = site.read_at_standby()
    assert client.get(LEDGER).status_code == 200
    # To be asked how far it is takes one; a page takes many more.
    return site.read_at_standby() - before > 3


@pytest.fixture
def in_use(site, people):
    """Both web servers read at the standby again, whatever was before."""
    wait_for(lambda: all(looks_at_standby(site, people[1]) for _server in range(4)), "the standby")


def test_lists_and_the_dashboard_are_read_at_the_standby(site, people, in_use):
    for page in (LEDGER, "/ledgers/", "/dashboard/", "/watch/"):
        before = site.read_at_standby()
        assert people[1].get(page).status_code == 200
        assert site.read_at_standby() - before > 3, page


def test_what_is_not_declared_is_read_at_the_primary(site, people, in_use):
    before = site.read_at_standby()
    for page in ("/", "/entities/", "/me/"):
        assert people[1].get(page).status_code == 200
    assert site.read_at_standby() == before


def test_who_has_just_saved_finds_it_each_time_and_others_too(site, people, enter, in_use):
    for _time in range(10):
        location = enter()
        assert all(location in client.get(LEDGER).text for client in people)


def test_with_a_standby_that_stands_still_everybody_sees_all_from_the_primary(site, people, enter, in_use):
    site.cluster.ask("standby", "SELECT pg_wal_replay_pause()")
    wait_for(lambda: site.cluster.ask("standby", "SELECT pg_get_wal_replay_pause_state()") == "paused", "the pause")
    try:
        counted = "SELECT count(*) FROM inspections_inspection"
        for _time in range(6):  # both web servers, each process of them
            location = enter()
            assert int(site.cluster.ask("primary", counted)) > int(site.cluster.ask("standby", counted))
            for client in people:
                assert location in client.get(LEDGER).text
        assert not looks_at_standby(site, people[1])
    finally:
        site.cluster.ask("standby", "SELECT pg_wal_replay_resume()")
    wait_for(lambda: looks_at_standby(site, people[1]), "the standby")
    assert location in people[1].get(LEDGER).text


def test_an_export_by_a_worker_has_everything_that_was_saved_before(site, people, enter, in_use):
    enter()
    rows = site.one("SELECT count(*) FROM inspections_inspection WHERE status = 'submitted'")
    begun = people[1].post("/ledgers/inspection/export/csv/", {})
    assert begun.status_code == 302
    job = begun.headers["Location"].strip("/").split("/")[-1]
    wait_for(lambda: site.one("SELECT status FROM reports_job WHERE id = %s", job) == "done", "the export")
    file = people[1].get(f"/jobs/{job}/file/")
    assert len(file.text.strip().splitlines()) == rows + 1


def test_without_its_standby_the_site_goes_on_and_takes_it_back(site, people, in_use):
    # Whoever waits for a standby that is gone waits for ever: the one command of docs/operations.md.
    site.cluster.ask("primary", "ALTER SYSTEM SET synchronous_standby_names = ''")
    site.cluster.ask("primary", "SELECT pg_reload_conf()")
    site.cluster.stop_server("standby")
    try:
        for page in (LEDGER, "/dashboard/", "/ledgers/hazard/", "/watch/") * 3:
            assert people[1].get(page).status_code == 200
        assert not looks_at_standby(site, people[1])
    finally:
        site.cluster.start("standby")
    wait_for(lambda: looks_at_standby(site, people[1]), "the standby")


def test_how_long_one_waits_is_less_than_how_long_it_is_left_alone():
    assert standby.VIEW_WAITS_SECONDS * 10 < standby.LEFT_ALONE_SECONDS
