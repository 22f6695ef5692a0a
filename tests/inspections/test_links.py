"""Links for entities: signed, expiring, one per purpose; a wrong one tells nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from inspections import links
from inspections.models import Campaign
from tests.factories import make_entity, make_hazard, make_inspection, make_self_check
from tests.world import TODAY

DAYS = 30


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def token(world):
    return links.SELF_CHECK.issue(world.shop, world.campaign, by=world.inspector)


@pytest.fixture
def hazard(world):
    return make_hazard(world)


@pytest.fixture
def hazard_token(world, hazard):
    return links.RECTIFICATION.issue(hazard, world.campaign, by=world.inspector)


def public(name, token):
    return reverse(name, args=[token])


def test_a_link_says_whom_it_is_about_who_issued_it_and_its_last_day(world, token):
    link = links.SELF_CHECK.read(token)
    assert (link.record, link.campaign, link.issuer) == (world.shop.pk, world.campaign.pk, world.inspector.pk)
    assert link.last_day == TODAY + timedelta(days=DAYS)


def test_a_link_is_valid_on_its_last_day_and_not_on_the_next(world, token):
    link = links.SELF_CHECK.read(token)
    assert links.entity_of(link, on=link.last_day) == (world.shop, world.campaign, world.inspector)
    assert links.entity_of(link, on=link.last_day + timedelta(days=1)) is None


def test_the_days_of_validity_are_a_setting_that_does_not_move_links_already_printed(world, token, settings):
    settings.SELF_CHECK_LINK_DAYS = 3
    assert links.SELF_CHECK.read(token).last_day == TODAY + timedelta(days=DAYS)
    newer = links.SELF_CHECK.issue(world.shop, world.campaign, by=world.inspector)
    assert links.SELF_CHECK.read(newer).last_day == TODAY + timedelta(days=3)


def test_no_character_of_a_link_can_be_changed(token, django_assert_num_queries):
    with django_assert_num_queries(0):
        for place, character in enumerate(token):
            other = "A" if character != "A" else "B"
            assert links.SELF_CHECK.read(token[:place] + other + token[place + 1 :]) is None
        assert links.SELF_CHECK.read(token[:-1]) is None
        assert links.SELF_CHECK.read(token + "=") is None


@pytest.mark.parametrize("strange", ["", ":", "::", "a:b", "\0", "电动车", "x" * 5000])
def test_strange_links_are_no_links(strange):
    assert links.SELF_CHECK.read(strange) is None
    assert links.RECTIFICATION.read(strange) is None
    assert links.receipt_of(strange) is None


def test_a_link_of_one_purpose_is_not_taken_for_another(world, token, hazard_token):
    check = make_self_check(world)
    assert links.RECTIFICATION.read(token) is None
    assert links.SELF_CHECK.read(hazard_token) is None
    assert links.receipt_of(token) is None
    assert links.SELF_CHECK.read(links.receipt_token(check)) is None


@pytest.mark.parametrize("name", ["self_check", "self_check_receipt", "rectification"])
def test_a_wrong_link_answers_404_without_asking_the_database(client, world, token, name, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(public(name, token[:-1] + ("A" if token[-1] != "A" else "B")))
    assert response.status_code == 404
    assert world.shop.name not in response.content.decode()


def close_campaign(world):
    Campaign.objects.update(status=Campaign.Status.CLOSED)


def close_shop(world):
    world.shop.change_state(to="closed", reason="注销", by=world.manager)


def merge_shop(world):
    world.shop.merge_into(make_entity(world), by=world.manager)


@pytest.mark.parametrize("spoil", [close_campaign, close_shop, merge_shop])
@pytest.mark.parametrize("name", ["self_check", "rectification"])
def test_what_is_closed_or_merged_looks_like_a_wrong_link(client, world, token, hazard_token, name, spoil):
    right = {"self_check": token, "rectification": hazard_token}[name]
    assert client.get(public(name, right)).status_code == 200
    wrong = client.get(public(name, right + "x"))
    spoil(world)
    for response in (client.get(public(name, right)), client.post(public(name, right), {})):
        assert response.status_code == wrong.status_code == 404
        assert main_of(response) == main_of(wrong)


def main_of(response):
    return response.content.decode().partition("<main")[2]


@pytest.mark.parametrize("name", ["self_check", "rectification"])
def test_an_expired_link_looks_like_a_wrong_one(client, world, hazard, name):
    issued = TODAY - timedelta(days=DAYS + 1)
    maker, record = (links.SELF_CHECK, world.shop) if name == "self_check" else (links.RECTIFICATION, hazard)
    old = maker.issue(record, world.campaign, by=world.inspector, on=issued)
    response = client.get(public(name, old))
    assert response.status_code == 404
    assert main_of(response) == main_of(client.get(public(name, old + "x")))


def test_wrapping_up_still_takes_work_of_entities(client, world, token, hazard_token):
    Campaign.objects.update(status=Campaign.Status.WRAPPING_UP)
    assert client.get(public("self_check", token)).status_code == 200
    assert client.get(public("rectification", hazard_token)).status_code == 200


def test_a_kind_without_a_checklist_has_no_form(client, world):
    entity = make_entity(world, kind="online_seller")
    token = links.SELF_CHECK.issue(entity, world.campaign, by=world.inspector)
    assert client.get(public("self_check", token)).status_code == 404


def test_a_hazard_of_a_voided_visit_has_no_link(client, world):
    visit = make_inspection(world)
    hazard = make_hazard(world, inspection=visit)
    token = links.RECTIFICATION.issue(hazard, world.campaign, by=world.inspector)
    visit.void(by=world.manager, reason="录错")
    assert client.get(public("rectification", token)).status_code == 404


# An officer who scans the poster


def test_an_officer_in_scope_gets_to_the_entity_and_to_the_hazard(client, world, hazard, token, hazard_token):
    client.force_login(world.inspector)
    assert client.get(public("self_check", token)).url == world.shop.get_absolute_url()
    assert client.get(public("rectification", hazard_token)).url == hazard.get_absolute_url()


def test_an_officer_gets_to_the_entity_also_by_an_expired_link(client, world):
    old = links.SELF_CHECK.issue(world.shop, world.campaign, by=world.inspector, on=TODAY - timedelta(days=DAYS + 1))
    client.force_login(world.inspector)
    assert client.get(public("self_check", old)).url == world.shop.get_absolute_url()


def test_an_officer_may_ask_for_the_form(client, world, token):
    client.force_login(world.inspector)
    assert client.get(public("self_check", token) + "?fill=1").status_code == 200


def test_an_officer_of_another_county_sees_what_everybody_sees(client, world, token):
    client.force_login(world.stranger)
    assert client.get(public("self_check", token)).status_code == 200
    assert client.get(reverse("entity_detail", args=[world.shop.pk])).status_code == 404


# Nothing leaks, nobody asks too often


@pytest.mark.parametrize("wrong", ["", "x"])
def test_no_page_is_kept_found_or_named_to_others(client, token, wrong):
    response = client.get(public("self_check", token + wrong))
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "strict-origin"
    assert token not in "".join(response.headers.values())


def test_the_form_is_accepted_only_from_this_site(world, token):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(public("self_check", token), {}).status_code == 403


def test_more_visits_than_a_minute_allows_answer_429_in_words(client, world, token, clock):
    client.cookies["django_language"] = "en"
    answers = [client.get(public("self_check", token)).status_code for _visit in range(30)]
    assert set(answers) == {200}
    response = client.get(public("self_check", token))
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 61
    assert "Too many visits" in response.content.decode()
    assert world.shop.name not in response.content.decode()
    other = links.SELF_CHECK.issue(make_entity(world), world.campaign, by=world.inspector)
    assert client.get(public("self_check", other)).status_code == 200
    clock.now += 60
    assert client.get(public("self_check", token)).status_code == 200


def test_guessing_links_is_slowed_down_by_address(client, token):
    for number in range(60):
        assert client.get(public("self_check", f"guess{number}")).status_code == 404
    assert client.get(public("self_check", token)).status_code == 429
    assert client.get(public("self_check", token), REMOTE_ADDR="203.0.113.9").status_code == 200


def test_behind_a_trusted_proxy_visitors_are_told_apart_by_what_it_saw(client, token, settings):
    def visit(token, forwarded):
        return client.get(public("self_check", token), headers={"X-Forwarded-For": forwarded}).status_code

    settings.TRUSTED_PROXY = True
    for number in range(60):
        visit(f"guess{number}", f"10.0.0.{number}, 203.0.113.1")  # the first part is what the visitor claims
    assert visit(token, "10.0.1.1, 203.0.113.1") == 429
    assert visit(token, "203.0.113.1, 203.0.113.2") == 200


def test_without_a_trusted_proxy_nobody_is_believed_about_their_address(client, token):
    for number in range(60):
        client.get(public("self_check", f"guess{number}"), headers={"X-Forwarded-For": f"10.0.0.{number}"})
    assert client.get(public("self_check", token), headers={"X-Forwarded-For": "10.0.1.1"}).status_code == 429


# Officers hand links out

LINK_PAGES = ["self_check_link", "self_check_poster", "self_check_create"]


@pytest.fixture
def signed_in(client, world):
    client.force_login(world.inspector)
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize("name", LINK_PAGES)
def test_anonymous_is_sent_to_log_in(client, world, name):
    assert client.get(reverse(name, args=[world.shop.pk])).url.startswith(reverse("login"))


@pytest.mark.parametrize("name", LINK_PAGES)
def test_other_counties_get_404(signed_in, world, name):
    assert signed_in.get(reverse(name, args=[world.other_shop.pk])).status_code == 404


@pytest.mark.parametrize("name", LINK_PAGES)
def test_without_the_right_403(client, world, name):
    client.force_login(world.leader)
    assert client.get(reverse(name, args=[world.shop.pk])).status_code == 403


def test_the_page_of_the_link_shows_a_link_that_works(signed_in, world):
    response = signed_in.get(reverse("self_check_link", args=[world.shop.pk]))
    page, url = response.content.decode(), response.context["poster"].url
    assert url in page
    assert "data:image/svg+xml" in page
    assert "2024-10-02" in page
    signed_in.logout()
    assert signed_in.get(url).status_code == 200


def test_the_entity_page_leads_to_it(signed_in, world):
    way = reverse("self_check_link", args=[world.shop.pk])
    assert way in signed_in.get(world.shop.get_absolute_url()).content.decode()


@pytest.mark.parametrize("spoil", [close_campaign, close_shop, merge_shop])
def test_no_link_is_issued_that_would_not_work(signed_in, world, spoil):
    spoil(world)
    response = signed_in.get(reverse("self_check_link", args=[world.shop.pk]))
    assert response.context["obstacle"]
    assert "/s/" not in response.content.decode().partition("<main")[2]
    assert signed_in.get(reverse("self_check_poster", args=[world.shop.pk])).status_code == 302


def test_an_open_hazard_has_its_own_link(signed_in, world, hazard):
    page = reverse("rectification_link", args=[hazard.pk])
    assert page in signed_in.get(hazard.get_absolute_url()).content.decode()
    url = signed_in.get(page).context["url"]
    signed_in.logout()
    assert signed_in.get(url).status_code == 200


def test_a_hazard_that_waits_for_its_verdict_has_none(signed_in, world, hazard):
    hazard.submit_rectification(by=world.inspector, measures="已张贴")
    assert signed_in.get(reverse("rectification_link", args=[hazard.pk])).context["obstacle"]
    page = signed_in.get(hazard.get_absolute_url()).content.decode()
    assert reverse("rectification_link", args=[hazard.pk]) not in page


def test_the_hazards_link_is_for_those_who_see_the_hazard_and_may_hand_out_links(client, world, hazard):
    page = reverse("rectification_link", args=[hazard.pk])
    assert client.get(page).url.startswith(reverse("login"))
    client.force_login(world.stranger)
    assert client.get(page).status_code == 404
    client.force_login(world.leader)
    assert client.get(page).status_code == 403
