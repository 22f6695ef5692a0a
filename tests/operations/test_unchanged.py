"""Pages that a browser has already are not sent again, and whoever sees something else is never told that they are the same."""

import pytest
from django.contrib import messages
from django.http import HttpResponse
from django.template import engines
from django.test import Client
from django.urls import path
from django.views.decorators.cache import never_cache

from entities.models import Grant
from entities.unchanged import unchanged_while
from yongzhou_ebike import urls

LIST = "/entities/"
PAGE = "<p>{{ user.name }}{% for message in messages %}{{ message }}{% endfor %}</p><form>{% csrf_token %}</form>"
made = []
state = {"version": "1"}


@unchanged_while(lambda request: state["version"])
def figures(request):
    made.append(request.path)
    if "say" in request.GET:
        messages.info(request, "once")
    return HttpResponse(engines["django"].from_string(PAGE).render({"user": request.user}, request))


def say(request):
    messages.info(request, "once")
    return HttpResponse("")


@never_cache
def secret(request):
    return HttpResponse("x")


urlpatterns = [
    *urls.urlpatterns, path("test-figures/", figures), path("test-say/", say), path("test-secret/", secret),
]  # fmt: skip
FIGURES = "/test-figures/"


@pytest.fixture(autouse=True)
def own_pages(settings):
    settings.ROOT_URLCONF = __name__
    made.clear()
    state["version"] = "1"


@pytest.fixture
def browser(world):
    """An inspector's browser that has been on a page with a form, so that it has the secret of the forms."""
    client = Client()
    client.force_login(world.inspector)
    client.get(LIST)
    return client


def again(client, first, address=None, **headers):
    """The same address asked for with the tag of the first answer."""
    kept = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    return client.get(address or first.request["PATH_INFO"] + "?" + first.request["QUERY_STRING"], **kept, **headers)


@pytest.mark.parametrize("address", [LIST, FIGURES])
def test_a_page_that_has_not_changed_is_not_sent_again(browser, address):
    first = browser.get(address)
    second = again(browser, first)
    assert (second.status_code, second.content) == (304, b"")
    assert second["ETag"] == first["ETag"] and first["ETag"].startswith('W/"')
    for answer in (first, second):
        assert answer["Cache-Control"] == "private, no-cache"
        assert {"Cookie", "HX-Request"} <= set(answer["Vary"].split(", "))


def test_it_is_not_even_made_where_its_version_says_so(browser):
    first = browser.get(FIGURES)
    assert again(browser, first).status_code == 304
    assert len(made) == 1
    state["version"] = "2"
    assert again(browser, first).status_code == 200
    assert len(made) == 2


def test_without_a_version_it_is_made_and_only_the_way_is_saved(browser):
    state["version"] = None
    first = browser.get(FIGURES)
    assert again(browser, first).status_code == 304
    assert len(made) == 2


def test_the_token_of_a_page_that_was_kept_still_holds(world):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.inspector)
    browser.get(LIST)
    page = browser.get(LIST)
    token = page.context["csrf_token"]
    assert again(browser, page).status_code == 304
    form = {"language": "en", "csrfmiddlewaretoken": str(token)}
    assert browser.post("/language/", form).status_code == 302


@pytest.mark.parametrize("address", [LIST, FIGURES])
def test_once_the_token_no_longer_holds_the_page_is_sent(browser, world, address):
    first = browser.get(address)
    del browser.cookies["csrftoken"]
    assert again(browser, first).status_code == 200
    browser.get(LIST)  # another secret now
    assert again(browser, first).status_code == 200


@pytest.mark.parametrize("address", [LIST, FIGURES])
def test_another_officer_in_the_same_browser_gets_their_own(browser, world, address):
    first = browser.get(address)
    browser.force_login(world.manager)
    assert again(browser, first).status_code == 200


@pytest.mark.parametrize("address", [LIST, FIGURES])
def test_another_language_is_another_page(browser, address):
    first = browser.get(address)
    browser.cookies["django_language"] = "en"
    assert again(browser, first).status_code == 200


def test_new_rights_or_a_new_scope_are_a_new_page(browser, world):
    first = browser.get(FIGURES)
    world.inspector.grants.create(kind=Grant.Kind.LENT, region=world.city, starts_on="2024-01-01")
    second = browser.get(FIGURES, HTTP_IF_NONE_MATCH=first["ETag"])
    assert second.status_code == 200
    world.inspector.groups.clear()
    assert again(browser, second).status_code == 200


def test_another_day_is_another_page(browser, settings):
    first = browser.get(FIGURES)
    settings.DEMO_TODAY = "2024-09-03"
    assert again(browser, first).status_code == 200


def test_a_fragment_is_not_the_page(browser):
    first = browser.get(FIGURES)
    assert again(browser, first, HTTP_HX_REQUEST="true").status_code == 200


def test_another_question_is_another_page(browser):
    first = browser.get(FIGURES)
    assert again(browser, first, address=f"{FIGURES}?region=431103").status_code == 200


def test_what_is_said_once_is_said_and_not_kept(browser):
    first = browser.get(FIGURES)
    browser.get("/test-say/")  # for the next page to show
    told = again(browser, first)
    assert told.status_code == 200 and "once" in told.content.decode()
    assert not told.has_header("ETag") and "no-store" in told["Cache-Control"]
    assert again(browser, first).status_code == 304


def test_what_a_page_says_itself_is_not_kept_either(browser):
    told = browser.get(f"{FIGURES}?say=1")
    assert "once" in told.content.decode()
    assert made == [FIGURES]
    again(browser, told)
    assert made == [FIGURES] * 2


def test_what_nobody_may_keep_has_no_tag(browser):
    answer = browser.get("/test-secret/")
    assert not answer.has_header("ETag") and "no-store" in answer["Cache-Control"]


def test_a_stranger_is_sent_to_the_log_in_whatever_tag_they_bring(browser):
    first = browser.get(LIST)
    stranger = Client()
    stranger.cookies["csrftoken"] = browser.cookies["csrftoken"].value
    assert again(stranger, first).status_code == 302


def test_a_form_is_never_answered_from_what_was_kept(browser):
    first = browser.get(FIGURES)
    assert browser.post(FIGURES, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200
