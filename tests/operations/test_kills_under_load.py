"""One of each is killed while many work: a web server, a worker, the shared cache, at last the primary. Nothing acknowledged is lost."""

import pytest

from tests.faults.system import eventually
from tests.faults.traffic import Traffic
from tests.operations.crowded_site import CrowdedSite, Readers
from tests.operations.site import wait_for

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("site")]

PEOPLE = 4


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
def before(site):
    return site.figures()


@pytest.fixture(scope="module")
def day(site, before):
    """Officers enter visits and others look at figures all the time, while one after the other is lost."""
    with Readers(site) as readers, Traffic(site, people=PEOPLE) as traffic:
        site.traffic, site.readers = traffic, readers
        goes_on(traffic)
        lost = site.web_ports[0]
        readers.now = "a web server is lost"
        site.kill(f"web-{lost}")
        goes_on(traffic)
        site.start_web(lost)
        site.ready()

        readers.now = "a worker is lost in the middle of its work"
        begun, go_on = site.folder / "begun", site.folder / "go_on"
        site.manage("start_slow_work", begun, go_on)
        eventually(begun.exists)
        site.kill("worker-1")
        begun.unlink()
        site.kill("worker-2")  # whichever of them had it
        site.start_worker(1)
        goes_on(traffic)
        go_on.touch()
        eventually(lambda: site.one("SELECT status FROM reports_job") == "done")
        site.start_worker(2)

        readers.now = "the shared cache is lost"
        site.cache.stop()
        goes_on(traffic)
        site.cache.start()
        goes_on(traffic)

        readers.now = "the primary is lost"
        site.cluster.lose_the_primary()
        site.cluster.promote()
        site.ready()
        readers.now = "after the failover"
        goes_on(traffic, 3 * PEOPLE)
    return traffic


def goes_on(traffic, count=PEOPLE):
    """That many more visits are acknowledged; each of them was tried as often as it took."""
    eventually(traffic.goes_on(count), seconds=120)


def test_every_visit_that_was_acknowledged_is_there_once_and_whole(day):
    assert len(day.taken) > 6 * PEOPLE
    assert day.found() == day.sent()


def test_no_figure_is_off(site, day, before):
    """What the product says, what the acknowledged visits add up to, and what a recount of the tables finds are the same."""
    visits, hazards = len(day.taken), sum(hazards for _location, hazards, _officers in day.sent().values())
    after = site.figures()
    moved = {"inspections": visits, "visits_all": visits, "hazards_found": hazards, "hazards_all": hazards,
             "vehicles_checked": 3 * visits, "officers_dispatched": 2 * visits, "hazards_pending": hazards}  # fmt: skip
    assert {name: after[name] - before[name] for name in moved} == moved
    assert site.one("SELECT count(*) FROM inspections_inspection WHERE status = 'submitted'") == after["inspections"]
    assert site.one("SELECT count(*) FROM inspections_hazard") == after["hazards_all"]
    site.manage("figures", "--verify")  # fails when a kept figure differs from the records


def test_the_work_of_the_lost_workers_was_done_once(site, day):
    (job,) = site.rows("SELECT status, attempt, result FROM reports_job")
    assert (job["status"], job["attempt"] > 1) == ("done", True)
    assert [path.name for path in (site.folder / "media" / "jobs").glob("*")] == [job["result"].rpartition("/")[2]]


def test_who_only_looked_noticed_nothing_but_the_loss_of_the_primary(site, day):
    seen = site.readers.seen
    assert {one[0] for one in seen} >= {
        "calm",
        "a web server is lost",
        "the shared cache is lost",
        "after the failover",
    }
    assert not site.readers.trouble(but=["the primary is lost"])
    said = {one[3] for one in seen if "the primary is lost" in one[:2]}
    assert said <= {200, 503, 504}


def test_somebody_still_signed_in_is_on_both_servers(site, day):
    client = site.client("manager").sign_in()
    assert {client.get("/").status_code for _request in range(6)} == {200}
    wait_for(lambda: site.metrics(site.web_ports[0])["campaign_workers_alive"] == 2, "the workers")
