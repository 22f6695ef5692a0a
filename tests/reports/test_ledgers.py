"""The ledgers: every list answers every role, keeps to the scope, and shows exactly what a figure counts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from django.utils.text import capfirst

from entities.models import Officer
from inspections.models import Hazard, Inspection
from inspections.models.record import Record
from reports.indicators import INDICATORS, Rate, indicator
from reports.ledgers import BY_NAME, LEDGERS
from reports.scope import FigureScope
from tests.factories import (
    MAKERS,
    make_case,
    make_entity,
    make_hazard,
    make_inspection,
    make_penalty,
    make_task,
    rectify,
)
from tests.ledger_records import make_one_of_each
from tests.world import OFFICERS

pytestmark = pytest.mark.django_db


def url(name, **query):
    return reverse("ledger", args=[name], query=query)


def total(response):
    return response.context["count"].number


@pytest.fixture
def signed_in(client, world):
    """Sign in under a user name; the client."""

    def sign_in(username):
        client.force_login(world.officers[username])
        return client

    return sign_in


@pytest.mark.parametrize("username", OFFICERS)
def test_every_ledger_opens_for_every_role(signed_in, username):
    client = signed_in(username)
    assert client.get(reverse("ledger_index")).status_code == 200
    for name in BY_NAME:
        assert client.get(url(name)).status_code == 200, name


def test_anonymous_is_sent_to_login(client):
    export, page = reverse("ledger_export", args=["case"]), reverse("record", args=["case", 1])
    for address in (reverse("ledger_index"), url("case"), export, page):
        response = client.get(address)
        assert response.status_code == 302
        assert response.url.startswith(reverse("login"))


def test_there_is_a_ledger_for_every_record(world):
    models = [m for app in ("inspections", "reports") for m in apps.get_app_config(app).get_models()]
    records = {m._meta.model_name for m in models if issubclass(m, Record)}
    assert records | {"entity"} == set(BY_NAME)


def test_own_county_is_listed_and_the_other_is_not(world, signed_in):
    records = make_one_of_each(world)
    listed = {
        username: {name: [row.url for row in signed_in(username).get(url(name)).context["rows"]] for name in BY_NAME}
        for username in ("inspector", "stranger")
    }
    for name in BY_NAME:
        assert records[name].get_absolute_url() in listed["inspector"][name], name
        assert records[name].get_absolute_url() not in listed["stranger"][name], name


def test_record_page_shows_every_record_and_other_counties_get_404(world, signed_in):
    records = make_one_of_each(world)
    for name in BY_NAME:
        record = records[name]
        own_page = reverse("record", args=[name, record.pk])
        response = signed_in("inspector").get(own_page)
        if record.get_absolute_url() == own_page:
            assert response.status_code == 200
            assert escape(str(record)) in response.content.decode()
        else:
            assert response.status_code == 302
            assert response.url == record.get_absolute_url()
        assert signed_in("stranger").get(own_page).status_code == 404, name


def test_unknown_ledger_record_and_figure_are_404(world, signed_in):
    client = signed_in("inspector")
    assert client.get(url("session")).status_code == 404
    assert client.get(reverse("record", args=["session", 1])).status_code == 404
    assert client.get(reverse("record", args=["case", 987654])).status_code == 404
    assert client.get(url("case", figure="no_such_figure")).status_code == 404
    assert client.get(url("case", figure="inspections")).status_code == 404


def test_officer_without_the_right_gets_403(world, client):
    nobody = Officer.objects.create(username="nobody", name="Nobody", unit=world.inspector.unit)
    client.force_login(nobody)
    for name in ("ledger", "ledger_export"):
        assert client.get(reverse(name, args=["case"])).status_code == 403
    assert client.get(reverse("record", args=["case", 1])).status_code == 403
    assert client.get(reverse("ledger_index")).context["chapters"] == []


@pytest.mark.parametrize("name", ["inspection", "hazard", "entity"])
def test_fifty_rows_need_as_many_queries_as_one(world, signed_in, name):
    client = signed_in("inspector")
    make_hazard(world)
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert client.get(url(name)).status_code == 200
    for number in range(2, 52):
        visit = make_inspection(world, entity=make_entity(world, number))
        make_hazard(world, inspection=visit)
    with CaptureQueriesContext(connection) as fifty:
        response = client.get(url(name))
    assert len(response.context["rows"]) == 50
    assert len(fifty) == len(one)


def test_a_page_of_the_register_asks_eleven_queries(world, signed_in, django_assert_num_queries):
    client = signed_in("manager")
    # Session, officer, rights, campaigns, grants, regions and units to choose from, rows, their number, what can be undone, kept filters.
    with django_assert_num_queries(11):
        assert client.get(url("entity")).status_code == 200


def test_what_people_typed_stands_in_a_row_as_text(world, signed_in):
    name = "<b>" + "店" * 40
    entity = make_entity(world, 2, name=name, address="""路<i title="x">&'1号""")
    page = signed_in("inspector").get(url("entity", q="店店")).content.decode()
    assert f'<a class="row-link" href="{entity.get_absolute_url()}">&lt;b&gt;{"店" * 34}...</a>' in page
    assert "路&lt;i title=&quot;x&quot;&gt;&amp;&#x27;1号</td>" in page and "<i title" not in page
    assert '<span class="badge badge-entity-open">' in page


def test_no_ledger_asks_once_for_each_row(world, signed_in):
    client = signed_in("administrator")

    def queries(name):
        with CaptureQueriesContext(connection) as asked:
            rows = client.get(url(name)).context["rows"]
            b"".join(client.get(reverse("ledger_export", args=[name])).streaming_content)
        return len(rows), len(asked)

    make_one_of_each(world)
    for name in ("case", "evidence"):
        queries(name)  # content types are asked for once per process
    before = {name: queries(name) for name in BY_NAME}
    make_one_of_each(world, 2)
    make_one_of_each(world, 3)
    for name, (rows, asked) in before.items():
        more_rows, asked_now = queries(name)
        assert more_rows > rows >= 1, name
        assert asked_now == asked, name


def test_index_counts_what_the_lists_show(world, signed_in):
    make_one_of_each(world)
    client = signed_in("inspector")
    listed = {
        d.name: count for _, ledgers in client.get(reverse("ledger_index")).context["chapters"] for d, count in ledgers
    }
    assert set(listed) == set(BY_NAME)
    for name, count in listed.items():
        assert total(client.get(url(name))) == count.number and count.is_exact, name
    assert listed["training"].number == 1


def test_drafts_of_others_are_not_listed(world, signed_in):
    make_inspection(world, by=world.second, officers=[world.second, world.inspector], submitted=False)
    assert total(signed_in("inspector").get(url("inspection"))) == 0
    assert total(signed_in("second").get(url("inspection"))) == 1


def test_search_finds_every_word_and_each_record_once(world, signed_in):
    make_inspection(world)
    make_inspection(world, entity=make_entity(world, 7))
    client = signed_in("inspector")
    assert total(client.get(url("inspection", q="零陵 车行7"))) == 1
    assert total(client.get(url("inspection", q="e"))) == 2  # both officers are called something with an e
    assert total(client.get(url("inspection", q="nothing like it"))) == 0


def test_filters_by_choice_place_unit_and_period(world, signed_in):
    make_inspection(world, inspected_on=date(2024, 6, 1))
    make_inspection(world, inspected_on=date(2024, 7, 1), mode="joint")
    make_inspection(world, by=world.stranger, entity=world.other_shop, inspected_on=date(2024, 7, 2))
    client = signed_in("leader")
    for query, count in [
        ({}, 3),
        ({"mode": "joint"}, 1),
        ({"region": "431102"}, 2),
        ({"region": "4311"}, 3),
        ({"region": "4311", "own": "1"}, 0),
        ({"unit": "lengshuitan"}, 1),
        ({"unit": "city"}, 3),
        ({"from": "2024-07-01"}, 2),
        ({"from": "2024-06-01", "to": "2024-06-30"}, 1),
    ]:
        assert total(client.get(url("inspection", **query))) == count, query


def test_ready_made_selections_narrow_to_overdue(world, signed_in):
    make_hazard(world)
    visit = make_inspection(world, inspected_on=date(2024, 6, 3))
    make_hazard(world, inspection=visit, deadline=date(2024, 6, 20))
    client = signed_in("inspector")
    assert total(client.get(url("hazard"))) == 2
    assert total(client.get(url("hazard", overdue="on"))) == 1


@pytest.mark.parametrize(
    "query",
    [
        {"region": "99"}, {"unit": "no-such"}, {"from": "tomorrow"}, {"from": "2024-07-01", "to": "2024-06-01"},
        {"status": "nonsense"}, {"mode": "' OR 1=1"}, {"from": "2024-13-45"},
    ],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_told_and_lists_nothing(world, signed_in, query):
    make_inspection(world)
    client = signed_in("leader")
    response = client.get(url("inspection", **query))
    assert response.status_code == 200
    assert total(response) == 0
    assert not response.context["chosen"].is_valid
    assert 'role="alert"' in response.content.decode()
    export = client.get(reverse("ledger_export", args=["inspection"], query=query))
    assert export.status_code == 302
    assert export.url.startswith(reverse("ledger", args=["inspection"]))


@pytest.mark.parametrize(
    "query",
    [
        {"after": "x"},
        {"after": "9" * 30},
        {"before": "-1"},
        {"after": "999"},
        {"sort": "password"},
        {"sort": "-"},
        {"columns": "password"},
    ],
)
def test_a_page_or_order_that_does_not_exist_is_answered_with_the_nearest(world, signed_in, query):
    make_inspection(world)
    response = signed_in("leader").get(url("inspection", **query))
    assert response.status_code == 200
    assert len(response.context["rows"]) == 1


def test_a_choice_of_officers_names_those_of_the_scope_and_one_whom_a_listed_record_names(world, signed_in):
    ours = make_task(world)
    client = signed_in("manager")

    def offered(**query):
        return set(client.get(url("task", **query)).context["form"].fields["assignee"].queryset)

    assert {world.inspector, world.second} <= offered() and world.stranger not in offered()
    assert world.stranger not in offered(assignee=world.stranger.pk)
    ours.assignee = world.leader
    ours.store(by=world.manager)
    assert world.leader in offered(assignee=world.leader.pk)
    assert total(client.get(url("task", assignee=world.leader.pk))) == 1
    assert total(client.get(url("task", assignee=world.stranger.pk))) == 0


def test_sorts_by_column_both_ways(world, signed_in):
    for day in (3, 1, 2):
        make_inspection(world, inspected_on=date(2024, 6, day))
    client = signed_in("inspector")

    def days(sort):
        rows = client.get(url("inspection", sort=sort)).context["rows"]
        return [row.texts["inspected_on"] for row in rows]

    assert days("inspected_on") == ["2024-06-01", "2024-06-02", "2024-06-03"]
    assert days("-inspected_on") == ["2024-06-03", "2024-06-02", "2024-06-01"]


def test_every_offered_order_and_filter_works(world, signed_in):
    make_one_of_each(world)
    client = signed_in("administrator")
    for name, declared in BY_NAME.items():
        page = client.get(url(name))
        for column in declared.shown:
            assert total(client.get(url(name, sort=f"-{column.name}"))) == total(page), (name, column.name)
        assert client.get(url(name, q="零")).status_code == 200
        for field, offered in page.context["form"].fields.items():
            if field in ("q", "from", "to"):
                continue
            value = list(getattr(offered, "choices", [("on", "")]))[-1][0]
            assert client.get(url(name, **{field: str(value)})).context["chosen"].is_valid, (name, field, value)


def test_fifty_rows_a_page_and_the_filter_stays_in_every_link(world, signed_in):
    for number in range(51):
        make_inspection(world, entity=world.shop, inspected_on=date(2024, 5, 1) + timedelta(days=number))
    response = signed_in("inspector").get(url("inspection", mode="routine", sort="inspected_on"))
    assert len(response.context["rows"]) == 50
    after = response.context["page"].next
    assert f"mode=routine&amp;sort=inspected_on&amp;after={after}" in response.content.decode()
    second = signed_in("inspector").get(url("inspection", mode="routine", sort="inspected_on", after=after))
    assert len(second.context["rows"]) == 1
    before = second.context["page"].previous
    first = signed_in("inspector").get(url("inspection", mode="routine", sort="inspected_on", before=before))
    assert [row.url for row in first.context["rows"]] == [row.url for row in response.context["rows"]]
    assert (first.context["page"].previous, second.context["page"].next) == ("", "")


def test_drill_down_lists_exactly_what_the_figure_counts(world, signed_in):
    rectify(world, make_one_of_each(world)["hazard"])
    client = signed_in("leader")
    scopes = (
        FigureScope(world.campaign),
        FigureScope(world.campaign, region=world.county),
        FigureScope(world.campaign, region=world.city, own=True),
        FigureScope(world.campaign, since=date(2024, 6, 1), until=date(2024, 6, 30)),
    )
    for declared in INDICATORS:
        counted = indicator(declared.part) if isinstance(declared, Rate) else declared
        for scope in scopes:
            response = client.get(url(declared.ledger, figure=declared.key, **scope.query()))
            chosen = response.context["chosen"]
            assert chosen.is_valid, declared.key
            assert total(response) == counted.rows(scope).count(), declared.key
            assert counted.measured(chosen.rows) == counted.total(scope), declared.key
            assert response.context["behind"]["hidden"] == 0
        assert escape(capfirst(str(declared.label))) in response.content.decode()


def test_some_figures_of_the_drill_down_test_are_not_zero(world):
    """The walk above would prove nothing over empty lists."""
    rectify(world, make_one_of_each(world)["hazard"])
    scope = FigureScope(world.campaign)
    assert sum(bool(declared.total(scope)) for declared in INDICATORS) > len(INDICATORS) / 2


def test_drill_down_says_what_lies_outside_the_scope(world, signed_in):
    make_inspection(world)
    make_inspection(world, by=world.stranger, entity=world.other_shop)
    response = signed_in("inspector").get(url("inspection", figure="inspections"))
    assert response.context["behind"]["figure"] == "2"
    assert response.context["behind"]["hidden"] == 1
    assert total(response) == 1
    elsewhere = signed_in("inspector").get(url("inspection", figure="inspections", region="431103"))
    assert total(elsewhere) == 0
    assert elsewhere.context["behind"]["hidden"] == 1


def test_drill_down_can_be_narrowed_and_sums_what_is_listed(world, signed_in):
    make_one_of_each(world)
    client = signed_in("leader")
    everything = client.get(url("seizeditem", figure="vehicles_seized"))
    assert everything.context["behind"]["listed"] == everything.context["behind"]["figure"] == "3"
    nothing = client.get(url("seizeditem", figure="vehicles_seized", q="no such thing"))
    assert nothing.context["behind"]["figure"] == "3"
    assert nothing.context["behind"]["listed"] == "0"


def test_breadcrumb_leads_back_to_the_dashboard_of_the_same_scope(world, signed_in):
    response = signed_in("leader").get(
        url("inspection", figure="inspections", **{"region": "431102", "from": "2024-06-01"})
    )
    back = f"{reverse('dashboard')}?region=431102&amp;from=2024-06-01"
    assert back in response.content.decode()


def test_voided_visits_stay_listed_with_their_status_and_count_nowhere(world, signed_in):
    make_inspection(world).void(by=world.manager, reason="重复录入")
    client = signed_in("inspector")
    rows = client.get(url("inspection")).context["rows"]
    assert str(Inspection(status="voided").get_status_display()) in rows[0].texts.values()
    assert total(client.get(url("inspection", figure="inspections"))) == 0


def test_identity_cards_are_masked_on_the_record_page(world, signed_in):
    case = make_one_of_each(world)["seizure"]
    page = signed_in("inspector").get(case.get_absolute_url()).content.decode()
    assert "110105********002X" in page
    assert "11010519491231002X" not in page
    assert case.identity_cipher not in page
    assert case.identity_hash not in page


def test_history_is_shown_only_to_those_who_may_read_it(world, signed_in):
    case = make_one_of_each(world)["case"]
    assert signed_in("discipline").get(case.get_absolute_url()).context["details"].versions
    assert signed_in("inspector").get(case.get_absolute_url()).context["details"].versions == []


def test_record_page_shows_children_and_evidence(world, signed_in):
    records = make_one_of_each(world)
    case = records["case"]
    response = signed_in("inspector").get(case.get_absolute_url())
    children = {declared.name: rows for declared, rows, _more in response.context["details"].children}
    assert records["penalty"] in children["penalty"]
    assert reverse("evidence", args=[records["evidence"].pk]) in response.content.decode()


def test_money_and_dates_read_as_the_house_writes_them(world, signed_in):
    make_one_of_each(world)
    page = signed_in("inspector").get(url("penalty")).content.decode()
    assert f"¥{Decimal('12500.5'):,.2f}" in page
    assert "2024-09-02" in page


def test_a_database_without_a_campaign_has_empty_ledgers(world, signed_in):
    make_hazard(world)
    type(world.campaign).objects.update(status="draft")
    client = signed_in("inspector")
    for declared in LEDGERS:
        assert client.get(url(declared.name)).status_code == 200
    assert total(client.get(url("hazard"))) == 0
    assert Hazard.objects.exists()
    assert client.get(url("hazard", figure="hazards_found")).status_code == 404


def test_the_foot_sums_up_all_that_is_selected_not_only_the_page(client, world):
    for number in range(1, 61):
        make_penalty(world, case=make_case(world, status="decided", number=f"零市监立〔2024〕{number}号"), amount=100)
    client.force_login(world.manager)
    page = client.get(reverse("ledger", args=["penalty"]))
    assert "¥6,000.00" in page.context["sums"] and len(page.context["rows"]) == 50
    assert client.get(reverse("ledger", args=["inspection"])).context["sums"] == []


@pytest.mark.parametrize("few", [5_000, 0], ids=["few entities", "many entities"])
@pytest.mark.parametrize("text", ["零陵示例车行", "llslch", "ＬＬＳＬＣＨ", "92431102ma4l0001", "示例路1号"])
def test_an_entity_is_found_in_every_ledger_as_in_the_register(world, signed_in, monkeypatch, few, text):
    monkeypatch.setattr("entities.models.entity.MOST_NAMED", few)
    hazard, client = make_hazard(world), signed_in("manager")

    def found(name, words):
        return [getattr(record, "entity_id", record.pk) for record in client.get(url(name, q=words)).context["page"]]

    for name in ("hazard", "inspection", "entity"):
        assert found(name, text) == [hazard.entity_id]
        assert found(name, f"{text} 别处") == []


def test_a_record_that_was_loaded_without_history_is_shown(client, world):
    loaded = MAKERS["training"](world)
    loaded.pk = None
    type(loaded)._base_manager.bulk_create([loaded])
    client.force_login(world.discipline)
    page = client.get(loaded.get_absolute_url())
    assert page.status_code == 200 and page.context["details"].versions == []
