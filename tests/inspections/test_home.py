"""My work: what each role finds there, and the choice of the campaign."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections.frame import CHOSEN
from inspections.models import Campaign, Holiday, Inspection
from tests import factories
from tests.factories import make_entity, make_hazard, make_inspection, rectify

HOME, CHOOSE = reverse("home"), reverse("choose_campaign")


@pytest.fixture
def home(client, world):
    client.cookies["django_language"] = "en"

    def open_home(officer=world.inspector):
        client.force_login(officer)
        return client.get(HOME)

    return open_home


def make_task(world, due_on, **changes):
    return factories.make_task(world, due_on=due_on, **{name: value for name, value in changes.items() if value})


def test_anonymous_is_sent_to_log_in(client, world):
    assert client.get(HOME).url.startswith(reverse("login"))
    assert client.post(CHOOSE, {"code": world.campaign.code}).url.startswith(reverse("login"))


def test_my_tasks_stand_with_the_overdue_ones_first(home, world):
    later = make_task(world, date(2024, 9, 12))
    late = make_task(world, date(2024, 8, 30), entity=world.repair_shop)
    make_task(world, date(2024, 9, 1), assignee=world.second)
    response = home()
    assert response.context["tasks"].rows == [late, later]
    page = response.content.decode()
    assert "3 days overdue" in page
    assert "10 days left" in page


def test_a_manager_finds_the_tasks_of_the_whole_scope(home, world):
    make_task(world, date(2024, 9, 12))
    make_task(world, date(2024, 9, 1), assignee=world.second)
    assert home(world.manager).context["tasks"].count == 2


def test_an_inspector_finds_the_rectifications_that_inspectors_may_judge(home, world):
    general, major = make_hazard(world), make_hazard(world, severity="major")
    for hazard in (general, major):
        hazard.submit_rectification(by=world.inspector, measures="已改", on=world.today)
    assert home().context["waiting"].rows == [general]
    assert home(world.manager).context["waiting"].rows == [general, major]


def test_a_manager_finds_what_awaits_a_verdict_first(home, world):
    make_hazard(world).submit_rectification(by=world.inspector, measures="已改", on=world.today)
    page = home(world.manager).content.decode()
    assert page.index("head-waiting") < page.index("head-tasks")


def test_open_hazards_stand_by_deadline_and_rectified_ones_do_not(home, world):
    far = make_hazard(world)
    near = make_hazard(world, deadline=date(2024, 9, 3))
    rectify(world, make_hazard(world))
    assert home().context["opened"].rows == [near, far]


def test_a_long_list_says_how_many_more(home, world):
    inspection = make_inspection(world)
    for _number in range(10):
        make_hazard(world, inspection=inspection)
    panel = home().context["opened"]
    assert (len(panel.rows), panel.count, panel.more) == (8, 10, 2)


def test_drafts_are_only_my_own(home, world):
    mine = make_inspection(world, submitted=False)
    make_inspection(world, by=world.second, officers=[world.second, world.inspector], submitted=False)
    assert list(home().context["drafts"]) == [mine]


def test_other_counties_stay_out(home, world):
    inspection = make_inspection(world, by=world.stranger, entity=world.other_shop)
    make_hazard(world, by=world.stranger, inspection=inspection)
    make_task(world, date(2024, 9, 1), assignee=world.stranger, entity=world.other_shop, by=world.administrator)
    assert home().context["opened"].count == 0
    assert home(world.manager).context["tasks"].count == 0


def test_empty_panels_say_what_they_are_for(home):
    page = home().content.decode()
    assert "Here stands which entity you inspect by when" in page
    assert "Here stand the hazards" in page


def test_re_inspections_of_mine_lead_to_their_hazard(home, world):
    hazard = make_hazard(world)
    task = make_task(world, date(2024, 9, 12), purpose="reinspect", hazard=hazard)
    response = home()
    assert response.context["tasks"].rows == [task]
    assert f'href="{hazard.get_absolute_url()}"' in response.content.decode().split("head-waiting")[0]


def test_the_overdue_tasks_are_one_tap_away(home, world):
    make_task(world, date(2024, 8, 30))
    assert f"{reverse('task_list')}?state=overdue" in home().content.decode()


def test_visits_from_paper_wait_for_my_confirmation(home, world):
    visit = make_inspection(world, submitted=False)
    Inspection.objects.filter(pk=visit.pk).update(status="awaiting_confirmation", created_by=world.clerk)
    others = make_inspection(world, by=world.second, officers=[world.second, world.trainee], submitted=False)
    Inspection.objects.filter(pk=others.pk).update(status="awaiting_confirmation")
    response = home()
    assert list(response.context["to_confirm"]) == [visit]
    assert reverse("inspection_confirm", args=[visit.pk]) in response.content.decode()
    visit.confirmed_by.add(world.inspector)
    assert list(home().context["to_confirm"]) == []
    assert set(home(world.second).context["to_confirm"]) == {visit, others}


def test_the_search_of_who_inspects_begins_an_inspection(home, world):
    for officer, place in [(world.inspector, "inspection_start"), (world.leader, "entity_list")]:
        page = home(officer).content.decode().split("<main")[1]
        assert f'<form method="get" action="{reverse(place)}" role="search"' in page


def test_the_place_for_what_is_not_sent_comes_before_all_panels(home, world):
    page = home().content.decode()
    assert page.index('id="unsent"') < page.index("home-panels")


@pytest.mark.parametrize("role", ["inspector", "manager", "clerk", "leader", "discipline", "administrator"])
def test_every_role_has_a_home(home, world, role):
    assert home(getattr(world, role)).status_code == 200


@pytest.mark.parametrize(("role", "inspects"), [("inspector", True), ("manager", True), ("leader", False)])
def test_the_big_button_is_for_those_who_inspect(home, world, role, inspects):
    page = home(getattr(world, role)).content.decode()
    assert ("button-large" in page) == inspects
    assert (reverse("dashboard") in page) or role == "inspector"


def test_a_year_without_holidays_is_warned_of(home, world):
    assert home().context["years_without_holidays"] == [2024]
    Holiday.objects.create(day=date(2024, 10, 1), name="国庆节")
    assert home().context["years_without_holidays"] == []


def test_without_a_campaign_the_page_says_what_to_do(home, world):
    Campaign.objects.update(status="draft")
    response = home()
    assert response.status_code == 200
    assert "ask the administrator to open one" in response.content.decode()


def test_fifty_tasks_take_as_many_queries_as_one(home, client, world):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            home()
        return len(captured)

    make_task(world, date(2024, 9, 12))
    make_hazard(world)
    queries()
    few = queries()
    inspection = make_inspection(world)
    for number in range(49):
        make_task(world, date(2024, 9, 12), entity=make_entity(world, number))
        make_hazard(world, inspection=inspection)
    assert queries() == few


@pytest.fixture
def second_campaign(world):
    return Campaign.objects.create(
        code="TEST-2025", name="第二次整治", region=world.city, is_synthetic=True, status="running",
        starts_on=date(2024, 8, 1), ends_on=date(2025, 12, 31),
    )  # fmt: skip


def test_the_chosen_campaign_stays_for_the_session(client, world, second_campaign):
    client.force_login(world.inspector)
    response = client.post(CHOOSE, {"code": "TEST-2024", "next": reverse("hazard_list")})
    assert response.url == reverse("hazard_list")
    assert client.session[CHOSEN] == "TEST-2024"
    assert client.get(HOME).context["campaign"] == world.campaign


def test_only_a_page_of_ours_comes_next(client, world):
    client.force_login(world.inspector)
    assert client.post(CHOOSE, {"code": "TEST-2024", "next": "https://elsewhere.example/"}).url == HOME


def test_an_unknown_or_drafted_campaign_is_404(client, world, second_campaign):
    client.force_login(world.inspector)
    Campaign.objects.filter(pk=second_campaign.pk).update(status="draft")
    assert client.post(CHOOSE, {"code": "TEST-2025"}).status_code == 404
    assert client.post(CHOOSE, {"code": "none"}).status_code == 404
    assert client.get(CHOOSE).status_code == 405
