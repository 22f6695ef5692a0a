"""Sessions read through the cache that all machines share: fewer queries, and ended at once everywhere."""

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from entities.models import OfficerSession
from entities.sessions import COPY_SECONDS, ENDED_SECONDS, SessionStore
from tests.world import PASSWORD

PAGE = "/me/tokens/"


def signed_in(username="inspector"):
    client = Client()
    client.post("/login/", {"username": username, "password": PASSWORD})
    return client


def is_in(client) -> bool:
    return client.get(PAGE).status_code == 200


def asked_for_sessions(queries):
    return [query["sql"] for query in queries if "entities_officersession" in query["sql"]]


@pytest.fixture
def client(world, shared_cache, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client = signed_in()
    assert is_in(client)
    return client


def test_what_a_session_holds_is_not_asked_of_the_database(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(20) as captured:
        assert is_in(client)
    assert not asked_for_sessions(captured)
    assert len([query for query in captured if 'FROM "entities_officer"' in query["sql"]]) == 1


def test_without_a_shared_cache_the_table_is_asked(client, settings, django_assert_max_num_queries):
    settings.SESSIONS_IN_CACHE = False
    with django_assert_max_num_queries(20) as captured:
        assert is_in(client)
    assert len(asked_for_sessions(captured)) == 1


def test_a_copy_that_has_gone_is_made_anew_from_the_table(client, django_assert_max_num_queries):
    cache.clear()
    for times in (1, 0):
        with django_assert_max_num_queries(20) as captured:
            assert is_in(client)
        assert len(asked_for_sessions(captured)) == times


def test_a_session_that_was_ended_is_over_with_the_next_request(client, world):
    world.inspector.sessions.get().end()
    assert not is_in(client)


def test_signing_out_leaves_nothing_to_use(client):
    key = client.cookies["sessionid"].value
    client.post("/logout/")
    thief = Client()
    thief.cookies["sessionid"] = key
    assert not is_in(thief)


def test_signing_out_elsewhere_leaves_this_browser(client, world):
    here = signed_in()
    here.post("/me/sessions/end/")
    assert (is_in(here), is_in(client)) == (True, False)


def test_a_closed_account_is_out_at_once(client, world):
    world.inspector.disable()
    assert not is_in(client)


def test_an_account_closed_past_the_sessions_is_out_at_once(client, world):
    type(world.inspector).objects.filter(pk=world.inspector.pk).update(is_active=False)
    assert not is_in(client)


def overtaken(key, meanwhile):
    """A request that has read the table; only then does it write its copy."""
    slow = SessionStore(key)
    read = slow._get_session_from_db

    def read_and_wait():
        kept = read()
        meanwhile()
        return kept

    slow._get_session_from_db = read_and_wait
    cache.clear()
    slow.load()


def test_a_slow_request_does_not_bring_back_what_was_ended_meanwhile(client, world):
    overtaken(client.cookies["sessionid"].value, world.inspector.sessions.get().end)
    assert not is_in(client)
    assert ENDED_SECONDS >= 5 * COPY_SECONDS


def test_a_slow_request_does_not_bring_back_what_was_saved_over_meanwhile(client, django_capture_on_commit_callbacks):
    key = client.cookies["sessionid"].value

    def save():
        with django_capture_on_commit_callbacks(execute=True):
            other = SessionStore(key)
            other["campaign"] = "NEW"
            other.save()

    overtaken(key, save)
    assert SessionStore(key)["campaign"] == "NEW"


def test_what_is_saved_is_seen_by_the_next_request_wherever_it_goes(client, django_capture_on_commit_callbacks):
    key = client.cookies["sessionid"].value
    store = SessionStore(key)
    assert "campaign" not in store  # a copy is in the cache by now
    with django_capture_on_commit_callbacks(execute=True):
        store["campaign"] = "OTHER"
        store.save()
    assert SessionStore(key)["campaign"] == "OTHER"


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_not_in_the_cache(world, shared_cache):
    key = signed_in().cookies["sessionid"].value
    with pytest.raises(RuntimeError), transaction.atomic():
        store = SessionStore(key)
        store["campaign"] = "NEVER"
        store.save()
        raise RuntimeError
    assert "campaign" not in SessionStore(key)


def test_a_session_that_expires_is_not_kept_longer_by_its_copy(client):
    key = client.cookies["sessionid"].value
    OfficerSession.objects.filter(session_key=key).update(expire_date="2000-01-01T00:00:00Z")
    cache.clear()
    assert not is_in(client)


def test_while_the_shared_cache_is_away_the_table_answers(client, world, shared_cache):
    shared_cache.stop()
    assert is_in(client)
    assert is_in(signed_in("manager"))
    world.inspector.end_sessions()
    assert not is_in(client)


def test_while_it_is_away_the_site_is_not_ready_but_serves(client, shared_cache):
    shared_cache.stop()
    assert client.get("/readyz").json()["cache"] == "not ok"
    assert Client().get("/login/").status_code == 200
    assert Client().get("/api/v1/").status_code in (401, 404)
