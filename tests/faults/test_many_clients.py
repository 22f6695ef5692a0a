"""Eight people work on the same records at the same moment: nothing is lost, nothing is doubled, every figure is right."""

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import pytest

from tests.faults.crowd import Crowd
from tests.faults.sheets import officers_of, visit_sheet

PEOPLE, VISITS, SENT_TWICE = 8, 40, 14
TODAY = "2024-09-02"
FINE = Decimal("100.00")
CODES = ("XS-02", "XS-03")


class Day:
    """What the eight do: visits, their hazards put right and judged, numbers for orders, cases up to their penalty."""

    def __init__(self, system):
        self.system, self.officers = system, officers_of(system)
        self.crowd = Crowd(system.address, PEOPLE, usernames=["inspector", "manager"])
        self.sheets, self.locations, self.shop_of = {}, {}, {}

    def work(self):
        shops = [row["id"] for row in self.system.rows("SELECT id FROM entities_entity WHERE name LIKE '零陵车行%'")]
        orders = [row["id"] for row in self.system.rows("SELECT id FROM inspections_order ORDER BY id")]
        cases = [row["id"] for row in self.system.rows("SELECT id FROM inspections_case ORDER BY id")]
        for number in range(VISITS):
            self.visit(shops[number % len(shops)], number)
            if number < len(orders):
                self.number(orders[number])
                self.file(cases[number])
        self.crowd.go()
        return self

    def visit(self, shop, number):
        sheet = visit_sheet(self.officers, failed=CODES[: number % 3])
        self.sheets[sheet["client_uuid"]], self.shop_of[sheet["client_uuid"]] = sheet, shop

        def send(clients):
            answer = clients["inspector"].script(f"/entities/{shop}/inspect/", sheet)
            assert answer.status_code in (200, 201), answer.text[:1000]
            known = self.locations.setdefault(sheet["client_uuid"], answer.json()["location"])
            assert known == answer.json()["location"]
            return answer.status_code == 201

        times = 2 if number < SENT_TWICE else 1
        self.crowd.ask("visit", sheet["client_uuid"], send, times=times, then=self.put_right)

    def put_right(self, client_uuid):
        found = "SELECT h.id FROM inspections_hazard h JOIN inspections_inspection i ON i.id = h.inspection_id"
        for row in self.system.rows(f"{found} WHERE i.client_uuid = %s", client_uuid):
            values = {"measures": "已张贴", "submitted_on": TODAY}
            path = f"/hazards/{row['id']}/rectify/"
            self.crowd.ask("rectify", row["id"], self.page("inspector", path, values), times=2, then=self.judge)

    def judge(self, hazard):
        attempt = self.system.one("SELECT id FROM inspections_rectification WHERE hazard_id = %s", hazard)
        wrong = {"method": "on_site", "comment": "还没有", "deadline": "2024-09-20"}
        accept = self.page("manager", f"/rectifications/{attempt}/accept/", {"method": "on_site"})
        reject = self.page("manager", f"/rectifications/{attempt}/reject/", wrong)
        for kind, deed in [("accept", accept), ("reject", reject)][:: 1 if hazard % 2 else -1]:
            self.crowd.ask(kind, hazard, deed)

    def number(self, order):
        deed = self.page("manager", f"/documents/order/{order}/number/", {"take": "1", "version": "1"})
        self.crowd.ask("number", order, deed, times=2)

    def file(self, case):
        deed = self.page("manager", f"/desk/case/{case}/file/", {"on": TODAY, "note": ""})
        self.crowd.ask("file", case, deed, times=2, then=self.investigate)

    def investigate(self, case):
        deed = self.page("inspector", f"/desk/case/{case}/investigate/", {"on": TODAY})
        self.crowd.ask("investigate", case, deed, then=self.decide)

    def decide(self, case):
        deed = self.page("manager", f"/desk/case/{case}/decide/", {"on": TODAY})
        self.crowd.ask("decide", case, deed, times=2, then=self.fine)

    def fine(self, case):
        values = {"kind": "fine", "amount": str(FINE), "decided_on": TODAY}
        self.crowd.ask("fine", case, self.page("manager", f"/desk/penalty/new/?case={case}", values))

    @staticmethod
    def page(who, path, values):
        """A form sent as people send it: a redirect is a yes; 409 and 422 say why not, and nothing else may be said."""

        def send(clients):
            answer = clients[who].post(path, values)
            assert answer.status_code in (302, 409, 422), (path, answer.status_code, answer.text[:1000])
            return answer.status_code == 302

        return send


@pytest.fixture(scope="module")
def before(served):
    return served.figures()


@pytest.fixture(scope="module")
def day(served, before):
    return Day(served).work()


def granted(day, kind):
    return Counter(day.crowd.granted[kind])


def test_more_than_two_hundred_deeds_were_asked_for(day):
    assert sum(day.crowd.asked.values()) >= 200, day.crowd.asked
    assert day.crowd.asked["visit"] == VISITS + SENT_TWICE


def test_every_acknowledged_visit_is_there_once_with_its_hazards(day):
    found = day.system.rows(
        "SELECT i.client_uuid::text AS uuid, i.id, i.status, (SELECT count(*) FROM inspections_hazard h"
        " WHERE h.inspection_id = i.id) AS hazards, (SELECT count(*) FROM inspections_inspection_officers o"
        " WHERE o.inspection_id = i.id) AS officers FROM inspections_inspection i WHERE i.client_uuid::text = ANY(%s)",
        list(day.sheets),
    )
    assert {row["uuid"] for row in found} == set(day.sheets) and len(found) == VISITS
    assert granted(day, "visit") == Counter(list(day.sheets))  # of two that came together one was new
    for row in found:
        expected = sum(name.startswith("answer-") for name in day.sheets[row["uuid"]])
        assert (row["status"], row["hazards"], row["officers"]) == ("submitted", expected, 2)
        assert day.locations[row["uuid"]] == f"/inspections/{row['id']}/"


def test_of_two_that_do_the_same_at_once_one_succeeds(day):
    for kind in ("rectify", "number", "file", "decide"):
        assert day.crowd.asked[kind] == 2 * len(day.crowd.granted[kind]) > 0, kind
        assert set(granted(day, kind).values()) == {1}, kind
    judged = granted(day, "accept") + granted(day, "reject")
    assert judged == granted(day, "rectify")
    assert day.crowd.granted["accept"] and day.crowd.granted["reject"]


def test_no_number_is_given_twice_and_none_is_skipped(day):
    series = {
        "record": "SELECT record_number AS n FROM inspections_inspection WHERE record_number <> ''",
        "order": "SELECT number AS n FROM inspections_order",
        "case": "SELECT number AS n FROM inspections_case",
        "penalty": "SELECT number AS n FROM inspections_penalty",
    }
    for name, query in series.items():
        numbers = [row["n"] for row in day.system.rows(query)]
        assert sorted(numbers) == sorted(f"{name}〔2024〕{n}" for n in range(1, len(numbers) + 1))
        following = day.system.one("SELECT following FROM inspections_numberblock WHERE series = %s", name)
        assert following == len(numbers) + 1


def test_every_version_is_a_change_that_was_acknowledged(day):
    changes = granted(day, "rectify") + granted(day, "accept") + granted(day, "reject")
    versions(day, "hazard", changes)
    versions(day, "case", granted(day, "file") + granted(day, "investigate") + granted(day, "decide"))
    versions(day, "order", granted(day, "number"))


def versions(day, model, changes):
    rows = day.system.rows(
        f"SELECT id, version, (SELECT count(*) FROM inspections_historical{model} h WHERE h.id = r.id) AS kept"
        f" FROM inspections_{model} r"
    )
    assert rows
    assert {row["id"]: (row["version"], row["kept"]) for row in rows} == {
        row["id"]: (1 + changes[row["id"]], 1 + changes[row["id"]]) for row in rows
    }


def test_every_figure_is_what_was_acknowledged(day, before):
    """Counted from the answers alone; a figure that is not named here has not moved."""
    found = sum(number % 3 for number in range(VISITS))
    visited = {day.shop_of[uuid] for uuid in day.crowd.granted["visit"]}
    with_hazards = {day.shop_of[uuid] for uuid, sheet in day.sheets.items() if "answer-XS-02" in sheet}
    accepted, filed = len(day.crowd.granted["accept"]), len(day.crowd.granted["file"])
    fines = len(day.crowd.granted["fine"]) * int(FINE)
    shops = day.system.one("SELECT count(*) FROM entities_entity WHERE state = 'open'")
    # One visit to a shop of its own was there before.
    counted = dict.fromkeys(["inspections", "visits_all", "visits_sales"], VISITS + 1)
    counted |= {"entities_inspected": len(visited) + 1, "coverage_rate": percent(len(visited) + 1, shops)}
    counted |= {"officers_dispatched": 2 * (VISITS + 1), "vehicles_checked": 3 * VISITS}
    counted |= dict.fromkeys(
        ["hazards_found", "hazards_all", "hazards_market", "hazards_in_responsibility", "hazards_general"], found
    )
    counted |= {"entities_with_hazards": len(with_hazards), "hazard_products": 2 * found}
    counted |= {"hazards_pending": found - accepted}
    for name in ("hazards_rectified", "hazards_all_rectified"):
        counted[name] = accepted
    for name in ("hazards_found_and_rectified", "hazards_all_found_and_rectified"):
        counted[name] = accepted
    counted |= dict.fromkeys(["rectification_rate", "all_rectification_rate"], percent(accepted, found))
    counted |= dict.fromkeys(["cases_all", "cases_decided"], filed)
    counted |= dict.fromkeys(["fines_all", "fines_and_gains"], fines)
    assert day.system.figures() == before | counted
    day.system.manage("figures", "--verify")  # fails when a kept figure differs from the records
    assert filed == len(day.crowd.granted["decide"]) == len(day.crowd.granted["fine"]) == 16


def percent(part, whole):
    return float((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP))
