"""The dashboard: every figure opens exactly what it counts, for every scope, at a fixed number of queries."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entities.models import Entity, Officer, Region, Unit
from entities.seals import unprotected
from inspections.models import Campaign, Inspection
from reports.as_of import end_of
from reports.indicators import indicator, published
from reports.models import Snapshot
from reports.snapshots import frozen_figures
from tests.factories import make_entity, make_hazard, make_inspection, make_self_check, make_task, rectify
from tests.ledger_records import make_one_of_each
from tests.world import OFFICERS

pytestmark = pytest.mark.django_db


class Links(HTMLParser):
    """Every address on a page, with the text inside its link."""

    def __init__(self, html):
        super().__init__()
        self.found, self._inside = [], None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "a":
            self._inside = [dict(attributes).get("href", ""), ""]

    def handle_data(self, data):
        if self._inside:
            self._inside[1] += data

    def handle_endtag(self, tag):
        if tag == "a" and self._inside:
            self.found.append((self._inside[0], self._inside[1].strip()))
            self._inside = None


def url(**query):
    return reverse("dashboard", query=query)


def figure_links(response):
    return [link for link in Links(response.content.decode()).found if "figure=" in link[0]]


def listed(client, address):
    """What the list behind that address shows: its count of records, its measure, and the figure in its head."""
    response = client.get(address)
    assert response.status_code == 200, address
    return response.context["count"].number, response.context["behind"], response.context["chosen"]


def digits(text):
    return re.sub(r"[^\d.]", "", text)


@pytest.fixture
def busy(world):
    """One record of every kind, and hazards in every state in both counties."""
    make_one_of_each(world)
    make_inspection(world, entity=world.other_shop, by=world.stranger)
    earlier = make_inspection(world, inspected_on=date(2024, 6, 3))
    make_hazard(world, inspection=earlier, deadline=date(2024, 6, 24), severity="serious", category="fire")
    rectify(world, make_hazard(world, inspection=earlier), on=date(2024, 7, 1))
    make_hazard(world, inspection=earlier).hand_over(by=world.inspector, department=world.fire, receipt="消防收")
    make_hazard(world, inspection=earlier).end(by=world.manager, proof="已注销")
    return world


@pytest.fixture
def leader(client, world):
    client.force_login(world.leader)
    return client


def test_anonymous_people_are_sent_to_the_log_in(client):
    response = client.get(url())
    assert response.status_code == 302
    assert response.url.startswith(reverse("login"))


@pytest.mark.parametrize("username", OFFICERS)
def test_every_officer_opens_it_in_their_own_region(client, world, username):
    officer = world.officers[username]
    client.force_login(officer)
    response = client.get(url())
    assert response.status_code == 200
    assert response.context["scope"].place == officer.unit.region


def assert_links_list_what_they_say(client, address, *, every=1):
    """Follow the links of the figures on that page, or every so many of them; returns how many there were."""
    links = sorted(set(figure_links(client.get(address))))
    for address, text in links[::every]:
        count, behind, chosen = listed(client, address)
        assert behind["hidden"] == 0, address
        narrowed = "category=" in address or "severity=" in address
        number = chosen.counted.measured(chosen.rows) if narrowed else chosen.figure.total(chosen.scope)
        if chosen.counted is chosen.figure and not behind["is_measured"]:
            assert count == number, address
        if text:  # a bar itself has no text: its number stands beside it with the same address
            assert displayed(text) == pytest.approx(float(number or 0), abs=tolerance(text)), (address, text)
    return len(links)


def test_every_link_of_a_figure_lists_exactly_what_it_says(leader, busy):
    assert assert_links_list_what_they_say(leader, url()) > 100


def test_the_links_of_a_month_of_a_county_list_exactly_what_they_say(client, busy):
    client.force_login(busy.manager)
    assert assert_links_list_what_they_say(client, url(**{"from": "2024-06-01", "to": "2024-06-30"})) > 50


def test_the_links_of_the_demonstration_campaign_list_exactly_what_they_say(client, demo_city):
    client.force_login(Officer.objects.get(username="leader"))
    assert client.get(url()).context["campaign"] == demo_city
    assert assert_links_list_what_they_say(client, url(rank="hazards_overdue"), every=5) > 200


def tolerance(text):
    return 50 if text.endswith(("ten thousand yuan", "万元")) else 0.005


def displayed(text):
    """The number in the text of a link; fines in Chinese are written in ten thousands of yuan."""
    number = float(digits(text) or 0)
    return number * 10_000 if text.endswith(("ten thousand yuan", "万元")) else number


def test_figures_of_another_county_are_numbers_without_links(client, busy):
    client.force_login(busy.inspector)
    response = client.get(url(region="431103"))
    page = response.content.decode()
    board = response.context["board"]
    assert not board.is_open
    assert board.figure("inspections").number == 1
    assert all("region=431102" in address for address, _text in figure_links(response))
    assert "board-note" in page


def test_a_county_officer_reads_the_citys_figures_and_opens_only_their_own_county(client, busy):
    client.force_login(busy.inspector)
    response = client.get(url(region="4311"))
    assert response.context["board"].figure("inspections").number > 1
    links = figure_links(response)
    assert links
    assert {re.search(r"region=(\d+)", address)[1] for address, _text in links} == {"431102"}


def test_overdue_hazards_of_another_county_are_not_listed(client, busy):
    client.force_login(busy.stranger)
    response = client.get(url(region="431102"))
    board = response.context["board"]
    assert board.overdue_figure.number == 1
    assert board.overdue == []
    assert reverse("hazard_list") not in [address for address, _text in figure_links(response)]


def test_the_overdue_list_names_hazard_unit_and_days(leader, busy):
    ((hazard, days),) = leader.get(url()).context["board"].overdue
    assert hazard.unit == busy.inspector.unit
    assert days == (date(2024, 9, 2) - date(2024, 6, 24)).days


def test_all_published_figures_stand_in_their_chapters(leader, busy):
    board = leader.get(url()).context["board"]
    shown = [figure.key for _label, figures in board.chapters for figure in figures]
    assert shown == [declared.key for declared in published()]
    assert len(shown) == 33


def test_a_rate_stands_beside_its_two_numbers(leader, busy):
    board = leader.get(url()).context["board"]
    rate = next(figure for figure in board.headline if figure.key == "rectification_rate")
    part, whole = rate.beside
    assert rate.number == indicator("rectification_rate").of(part.number, whole.number)
    notice = next(f for _label, figures in board.chapters for f in figures if f.key == "listing_notice_rate")
    assert [figure.key for figure in notice.beside] == ["listings_checked", "listings_unchecked"]


def test_the_parts_of_the_hazard_flow_add_up(leader, busy):
    whole, *parts = leader.get(url()).context["board"].hazard_flow
    assert sum(bar.datum.value for bar in parts if not bar.datum.inside) == whole.datum.value
    assert all(bar.datum.value for bar in parts)


def test_categories_and_severities_add_up_to_the_hazards_found(leader, busy):
    board = leader.get(url()).context["board"]
    for drawn in (board.categories, board.severities):
        assert sum(bar.datum.value for bar in drawn) == board.figure("hazards_found").number


def test_months_and_counties_add_up_to_the_city(leader, busy):
    board = leader.get(url()).context["board"]
    for place, key in enumerate(("inspections", "hazards_found", "hazards_rectified")):
        assert sum(figures[place].number for _label, figures in board.month_table) == board.figure(key).number
    assert sum(county.figures[0].number for county in board.counties) == board.city_line[0].number


def test_a_month_and_a_period_narrow_every_panel(leader, busy):
    board = leader.get(url(**{"from": "2024-06-01", "to": "2024-06-30"})).context["board"]
    assert board.figure("inspections").number == 1
    assert [label for label, _figures in board.month_table] == ["2024-06"]
    assert board.figure("hazards_rectified").number == 0
    assert [period.label for period in board.periods if period.is_chosen] == ["2024-06"]
    assert board.city_line[0].number == 1


def test_counties_are_ranked_by_any_indicator_and_the_city_itself_comes_last(leader, busy):
    board = leader.get(url(rank="hazards_found")).context["board"]
    assert [county.label for county in board.counties][:2] == ["零陵区", "冷水滩区"]
    assert [county.rank for county in board.counties] == [1, 2, None]
    assert board.counties[0].bar.width == 100
    assert board.county_columns[0].key == "hazards_found"


def test_an_unknown_ranking_is_the_usual_one(leader, busy):
    assert leader.get(url(rank="nonsense")).context["board"].ranked.key == "inspections"


@pytest.mark.parametrize("key", ["fines_amount", "departments_joined", "listing_notice_rate", "sampling_transferred"])
def test_counties_can_be_ranked_by_money_rates_and_distinct_counts(leader, busy, key):
    assert leader.get(url(rank=key)).status_code == 200


def test_the_city_itself_is_a_place_of_its_own(leader, busy):
    own = make_entity(busy, 7, region=busy.city)
    make_inspection(busy, entity=own, by=busy.administrator, officers=[busy.administrator, busy.inspector])
    board = leader.get(url(region="4311", own="1")).context["board"]
    assert board.figure("inspections").number == 1
    assert [county.label for county in board.counties if county.is_chosen] == [board.own_line[0]]


def test_a_unit_is_asked_with_those_under_it(leader, busy):
    board = leader.get(url(unit="lengshuitan")).context["board"]
    assert board.figure("inspections").number == 1
    assert "unit=lengshuitan" in board.figure("inspections").url


@pytest.mark.parametrize(
    "query",
    [
        {"region": "999999"},
        {"region": "x'--"},
        {"unit": "nobody"},
        {"from": "2024-13-01"},
        {"to": "yesterday"},
        {"from": "2024-09-01", "to": "2024-05-01"},
    ],
)
def test_a_query_that_makes_no_sense_is_answered_in_words_with_the_whole_campaign(leader, busy, query):
    response = leader.get(url(**query))
    assert response.status_code == 200
    assert response.context["error"]
    assert 'role="alert"' in response.content.decode()
    assert response.context["scope"].query() == {"region": "4311"}
    assert response.context["board"].figure("inspections").number > 1


@pytest.mark.parametrize(
    "query",
    [{"from": "0001-01-01", "to": "9999-12-31"}, {"to": "9999-12-31"}, {"from": "9999-01-01"}, {"to": "0001-01-01"}],
)
def test_a_period_far_outside_the_campaign_is_drawn_within_it(leader, busy, query):
    response = leader.get(url(**query))
    assert response.status_code == 200
    assert len(response.context["board"].month_table) <= 5


def test_before_the_first_campaign_the_page_says_so(leader, world):
    Campaign.objects.all().delete()
    assert leader.get(url()).status_code == 200


def test_an_empty_campaign_shows_zeros(leader, world):
    response = leader.get(url())
    assert response.context["board"].figure("inspections").words == "0"
    assert response.context["board"].figure("rectification_rate").words == "—"


def test_fines_are_written_as_each_language_writes_them(leader, busy):
    board = leader.get(url(), headers={"accept-language": "zh-hans"}).context["board"]
    assert board.figure("fines_amount").words == "1.25"
    leader.cookies["django_language"] = "en"
    assert "¥12,500.50" in leader.get(url(), headers={"accept-language": "en"}).content.decode()


def test_no_style_and_no_script_stand_in_the_page(leader, busy):
    page = leader.get(url()).content.decode()
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=", page)


def test_the_page_takes_the_same_queries_for_one_record_and_for_fifty(leader, world):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert leader.get(url()).status_code == 200
        return len(seen)

    visit = make_inspection(world, inspected_on=date(2024, 6, 3))
    make_self_check(world)
    make_hazard(world, inspection=visit, deadline=date(2024, 6, 24))
    leader.get(url())
    before = queries()
    for number in range(1, 50):
        entity = make_entity(world, number)
        visit = make_inspection(world, entity=entity, inspected_on=date(2024, 6, 3))
        make_hazard(world, inspection=visit, deadline=date(2024, 6, 24))
        make_self_check(world, entity=entity, number=100 + number)
    assert queries() == before
    assert before <= 140  # counted from the records; a third of them for the figures of a week before


def test_the_page_takes_the_same_queries_for_three_places_and_for_twelve(leader, busy):
    leader.get(url())
    with CaptureQueriesContext(connection) as few:
        leader.get(url())
    for number in range(9):
        region = Region.objects.create(
            code=f"43112{number}",
            name=f"示例县{number}",
            level="county",
            parent_id="4311",
            tile_row=5,
            tile_column=number,
        )
        Unit.objects.create(
            code=f"unit-{number}", name=f"示例局{number}", kind="county_bureau", department=busy.market, region=region
        )
        make_inspection(busy, entity=make_entity(busy, 800 + number, region=region))
    with CaptureQueriesContext(connection) as many:
        leader.get(url())
    assert len(many) == len(few)


def test_each_figure_says_how_it_changed_in_a_week_and_since_the_snapshot(leader, world):
    make_inspection(world, inspected_on=date(2024, 8, 20))
    Snapshot(campaign=world.campaign, region=world.city, label="八月调度", until=date(2024, 8, 31)).freeze(
        frozen_figures, by=world.clerk
    )
    make_inspection(world, entity=make_entity(world, 7))
    make_inspection(world, entity=make_entity(world, 8))
    page = leader.get(url())
    figure = next(f for f in page.context["board"].headline if f.key == "inspections")
    assert [(change.by, change.since) for change in figure.changes] == [(2, "较“八月调度”"), (2, "近一周")]
    assert "八月调度" in page.content.decode()
    of_county = leader.get(url(region="431102")).context["board"].headline[1]
    assert [change.by for change in of_county.changes] == [2, 2]
    of_month = leader.get(url(**{"from": "2024-08-01", "to": "2024-08-31"})).context["board"].headline[1]
    assert of_month.changes == ()


def test_the_page_and_its_lists_are_shown_as_of_a_past_day(leader, world):
    visit = make_inspection(world, inspected_on=date(2024, 8, 20))
    for entered in (Inspection, Entity):
        with unprotected():
            entered.history.update(history_date=end_of(date(2024, 8, 21)))
    past = {"as_of": "2024-08-20"}
    assert leader.get(url(**past)).context["board"].figure("inspections").number == 0
    page = leader.get(url(as_of="2024-08-25"))
    figure = page.context["board"].figure("inspections")
    assert figure.number == 1 and "as_of=2024-08-25" in figure.url
    assert "2024-08-25" in page.content.decode()
    visit.void(by=world.manager, reason="typed twice")
    assert leader.get(url()).context["board"].figure("inspections").number == 0
    behind = leader.get(figure.url)
    assert behind.context["behind"]["figure"] == "1" and len(behind.context["rows"]) == 1


def test_a_day_to_come_is_refused_in_words(leader, world):
    assert "不能晚于今天" in leader.get(url(as_of="2030-01-01")).content.decode()


def test_the_matrix_shows_the_chosen_indicators_with_their_heat(leader, busy):
    page = leader.get(url(column=["inspections", "cases_filed", "nothing"]))
    matrix = page.context["board"].matrix
    assert [declared.key for declared in matrix.columns] == ["inspections", "cases_filed"]
    for line in matrix.lines:
        for figure, heat in line.cells:
            assert (heat > 0) == bool(figure.number)
    assert max(heat for line in matrix.lines for _figure, heat in line.cells) == 5
    assert 'name="column" value="cases_filed" checked' in page.content.decode()


def test_who_was_found_at_fault_twice_stands_there_once(leader, world):
    for day in (date(2024, 6, 3), date(2024, 7, 3)):
        visit = make_inspection(world, inspected_on=day)
        make_hazard(world, inspection=visit, found_on=day, deadline=date(2024, 7, 20))
    other = make_inspection(world, entity=make_entity(world, 5))
    make_hazard(world, inspection=other, found_on=other.inspected_on)
    board = leader.get(url()).context["board"]
    assert [(row.entity, row.visits, row.hazards) for row in board.offenders] == [(world.shop, 2, 2)]


def test_overdue_hazards_are_told_by_the_officer_responsible_and_listed(client, world):
    world.shop.responsible_officer = world.inspector
    world.shop.store(by=world.manager)
    visit = make_inspection(world, inspected_on=date(2024, 6, 3))
    make_hazard(world, inspection=visit, found_on=date(2024, 6, 3), deadline=date(2024, 6, 24))
    client.force_login(world.manager)
    (owner,) = client.get(url()).context["board"].owners
    assert (owner.officer, owner.unit, owner.hazards) == (world.inspector, world.manager.unit, 1)
    assert len(client.get(owner.url).context["rows"]) == 1


def test_the_load_of_officers_is_shown_to_those_who_assign(client, world):
    make_inspection(world)
    make_task(world, due_on=date(2024, 8, 1))
    client.force_login(world.manager)
    loads = {row.officer: row for row in client.get(url()).context["board"].workload}
    assert loads[world.inspector].visits == loads[world.second].visits == 1
    late = next(row for row in loads.values() if row.open_tasks)
    assert (late.open_tasks, late.late_tasks) == (1, 1)
    assert len(client.get(late.tasks_url).context["rows"]) == 1
    client.force_login(world.leader)
    assert client.get(url()).context["board"].workload is None


def test_two_counties_are_compared_and_each_figure_opens_its_records(leader, world):
    make_inspection(world)
    make_inspection(world, entity=make_entity(world, 3))
    make_inspection(world, by=world.stranger, entity=world.other_shop)
    page = leader.get("/dashboard/compare/?region=431102&other_region=431103")
    pair = next(p for _label, pairs in page.context["chapters"] for p in pairs if p.declared.key == "inspections")
    assert (pair.left.words.split()[0], pair.right.words.split()[0], pair.difference) == ("2", "1", -1)
    assert len(leader.get(pair.left.url).context["rows"]) == 2 and len(leader.get(pair.right.url).context["rows"]) == 1


def test_a_period_is_compared_with_the_one_before(leader, world):
    make_inspection(world, inspected_on=date(2024, 7, 10))
    make_inspection(world, inspected_on=date(2024, 8, 10), entity=make_entity(world, 3))
    page = leader.get("/dashboard/compare/?region=4311&from=2024-08-01&to=2024-08-31")
    assert (page.context["right"].since, page.context["right"].until) == (date(2024, 7, 1), date(2024, 7, 31))
    pair = next(p for _label, pairs in page.context["chapters"] for p in pairs if p.declared.key == "inspections")
    assert pair.difference == 0
    assert leader.get("/dashboard/compare/?from=yesterday").status_code == 200


def test_the_wall_has_the_same_figures_and_its_script_gets_only_the_panels(leader, busy):
    whole = leader.get("/dashboard/wall/")
    assert whole.status_code == 200 and "<html" in whole.content.decode()
    part = leader.get("/dashboard/wall/", headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part and part.count('class="wall-panel"') == 5
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)", whole.content.decode())


@pytest.mark.parametrize("address", ["/dashboard/compare/", "/dashboard/wall/"])
def test_strangers_sign_in_first(client, world, address):
    assert client.get(address).status_code == 302


def test_weeks_are_told_like_months(leader, busy):
    by_month, by_week = leader.get(url()), leader.get(url(step="week"))
    assert [choice.is_chosen for choice in by_week.context["board"].steps] == [False, True]
    table = by_week.context["board"].month_table
    assert len(table) == 13
    assert table[-1][0] == "09-02"
    assert_links_list_what_they_say(leader, url(step="week", **{"from": "2024-08-01", "to": "2024-09-02"}))
    few = leader.get(url(step="week", **{"from": "2024-08-20", "to": "2024-08-28"})).context["board"].month_table
    assert [label for label, _figures in few] == ["08-19", "08-26"]
    assert "step=week" not in by_month.content.decode().split("board-filters")[1].split("</form>")[0]


def test_the_weeks_of_a_period_add_up_to_it(leader, busy):
    period = {"from": "2024-08-05", "to": "2024-09-01"}
    board = leader.get(url(step="week", **period)).context["board"]
    weeks = [figures[0].number for _label, figures in board.month_table]
    assert len(weeks) == 4
    assert sum(weeks) == board.figure("inspections").number


def test_a_large_place_has_its_people_on_a_page_of_their_own(leader, busy):
    small, large = leader.get("/dashboard/?region=4311"), leader.get("/dashboard/?region=43")
    assert "offenders-head" in small.content.decode() and "/dashboard/people/" not in small.content.decode()
    assert "offenders-head" not in large.content.decode()
    people = leader.get("/dashboard/people/?region=43")
    assert 'href="/dashboard/people/?region=43"' in large.content.decode()
    assert people.context["board"].owners == small.context["board"].owners
    assert [row.entity for row in people.context["board"].offenders] == [
        row.entity for row in small.context["board"].offenders
    ]


def test_of_a_nation_people_are_told_province_by_province(leader, busy):
    Region.objects.create(code="4399", name="别省", level="province", parent_id="43")
    nation = leader.get("/dashboard/people/?region=43").content.decode()
    assert 'href="/dashboard/people/?region=4399">别省</a>' in nation and "offenders-head" not in nation
    told = {place: leader.get(f"/dashboard/?region={place}").content.decode() for place in ("43", "4311")}
    assert ["近一周" in told[place] for place in ("43", "4311")] == [False, True]
    wall = leader.get("/dashboard/wall/?region=43")
    overdue = wall.context["board"].overdue_by_province
    assert [(row.label, row.value) for row in overdue] == [
        ("永州市", wall.context["board"].figure("hazards_overdue").number)
    ]
    assert overdue[0].value > 0 and f'永州市</th><td class="number">{overdue[0].short}</td>' in wall.content.decode()
    assert wall.content.decode().count('class="wall-panel"') == 5


def test_of_many_places_those_near_are_offered_and_the_chosen_one_always(leader, busy, monkeypatch):
    monkeypatch.setattr("entities.choices.MOST_OFFERED", 2)
    board = leader.get("/dashboard/?region=431103").context["board"]
    assert {code for code, _name in board.regions} == {"4311", "431103"}
    elsewhere = leader.get(f"/dashboard/?region=431103&unit={busy.inspector.unit.code}").context["board"]
    assert busy.inspector.unit.code in {code for code, _name in elsewhere.units}
