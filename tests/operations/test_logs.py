"""The log: one line for each request, a number on each line, and nothing about people in any of them."""

import io
import json
import logging

import pytest
from django.urls import reverse

from entities.log_context import belongs_to, job_number
from inspections import links
from yongzhou_ebike.logs import BelongsTo, JsonLines, PlainLines, scrubbed

NAME, PHONE, IDENTITY = "欧阳示例", "13874600001", "431102199003070011"
STREET = "Long Lane"


@pytest.fixture(params=[JsonLines, PlainLines])
def log(request):
    """Everything that is logged, written as production writes it."""
    written, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(written)
    handler.setFormatter(request.param())
    handler.addFilter(BelongsTo())
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@pytest.fixture
def lines(log, request):
    """The lines as objects, newest last."""
    return lambda: [json.loads(line) for line in log.getvalue().splitlines()]


as_json = pytest.mark.parametrize("log", [JsonLines], indirect=True)


@as_json
def test_each_request_has_one_line_with_who_and_how_long(client, world, lines):
    client.force_login(world.inspector)
    answer = client.get(reverse("entity_list"), {"q": NAME})
    (line,) = [line for line in lines() if line["logger"] == "access"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "entity_list", answer.status_code)
    assert line["officer"] == world.inspector.pk
    assert 0 <= line["ms"] < 60_000
    assert line["request_id"] == answer["X-Request-ID"]


@as_json
def test_a_stranger_has_a_line_without_an_officer(client, db, lines):
    client.get(reverse("login"))
    client.get("/no/such/page/")
    assert [(line["route"], line["status"], line.get("officer")) for line in lines()] == [
        ("login", 200, None),
        ("-", 404, None),
    ]


def test_only_a_trusted_proxy_gives_the_number_of_a_request(client, db, settings):
    given = {"x-request-id": "0123456789abcdef"}
    assert client.get("/healthz", headers=given)["X-Request-ID"] != given["x-request-id"]
    settings.TRUSTED_PROXY = True
    assert client.get("/healthz", headers=given)["X-Request-ID"] == given["x-request-id"]


@pytest.mark.parametrize("wrong", ["short", "x" * 65, "with space in it", 'quote"in-it-12', "编号编号编号编号"])
def test_a_number_that_is_none_is_replaced(client, db, settings, wrong):
    settings.TRUSTED_PROXY = True
    number = client.get("/healthz", headers={"x-request-id": wrong.encode().decode("latin-1")})["X-Request-ID"]
    assert len(number) == 32 and number.isalnum()


def test_two_requests_have_two_numbers(client, db):
    assert client.get("/healthz")["X-Request-ID"] != client.get("/healthz")["X-Request-ID"]


@as_json
def test_the_page_of_an_error_shows_the_number_under_which_the_log_has_it(client, db, lines, monkeypatch):
    monkeypatch.setattr("yongzhou_ebike.health.CHECKS", None)
    client.raise_request_exception = False
    answer = client.get("/readyz")
    number = answer["X-Request-ID"]
    assert answer.status_code == 500
    assert answer.content.decode().count(number) == 2  # in Chinese and in English
    (failure,) = [line for line in lines() if line["level"] == "ERROR"]
    assert failure["request_id"] == number
    assert "AttributeError" in failure["exception"]


@as_json
def test_what_django_tells_of_an_answer_after_its_end_has_the_number_too(client, db, lines, monkeypatch):
    monkeypatch.setattr("yongzhou_ebike.health.CHECKS", {"database": lambda: None})
    monkeypatch.setattr("yongzhou_ebike.health._passes", lambda name, check: False)
    answer = client.get("/readyz")
    told = [line for line in lines() if line["logger"] == "django.request"]
    assert answer.status_code == 503 and told
    assert {line["request_id"] for line in told} == {answer["X-Request-ID"]}


@as_json
def test_a_job_writes_its_number_on_its_lines(lines):
    with belongs_to(job_number, 7):
        logging.getLogger("reports.jobs").info("Half of it is done.")
    logging.getLogger("reports.jobs").info("Nothing is done.")
    assert [line.get("job") for line in lines()] == [7, None]


def test_personal_data_that_is_posted_looked_for_or_refused_is_not_in_the_log(
    client, world, log, settings, monkeypatch
):
    token = links.SELF_CHECK.issue(world.shop, world.campaign, by=world.inspector)
    client.raise_request_exception = False
    client.post(reverse("login"), {"username": NAME, "password": "secret-word"})
    for _try in range(6):
        client.post(reverse("login"), {"username": PHONE, "password": "secret-word"})
    client.get(f"/s/{token}/", {"q": NAME})
    client.post(f"/s/{token}/", {"contact": NAME, "phone": PHONE, "identity": IDENTITY})
    client.get(f"/r/{token}/", {"q": IDENTITY})
    client.get(f"/no/{PHONE}/{NAME}/")
    client.force_login(world.inspector)
    client.get(reverse("entity_list"), {"q": PHONE})

    def refuse(request):
        raise ValueError(f"{NAME} {PHONE} {IDENTITY}\nDETAIL: Key (name, street)=({NAME}, {STREET}) exists")

    monkeypatch.setattr("yongzhou_ebike.health._passes", lambda *args: refuse(None))
    assert client.get("/readyz", {"q": NAME}).status_code == 500
    told = log.getvalue()
    assert told.count("access") >= 12 and "ValueError" in told  # it did listen
    for secret in (NAME, NAME[2:], PHONE, IDENTITY, token, "secret-word", STREET):
        assert secret not in told


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Internal Server Error: /s/abc.def-1/", "Internal Server Error: /s/…/"),
        ("Gone: /s/receipt/abc/", "Gone: /s/receipt/…/"),
        ("Internal Server Error: /r/abc/", "Internal Server Error: /r/…/"),
        ("Error handling request /entities/?q=Zhang", "Error handling request /entities/?…"),
        ("no 张三 here", "no … here"),
        ("call 138 7460 0001 or 13874600001", "call # or #"),
        ("identity 43110219900307001X", "identity #"),
        ("Job 123456 ends: done, 2024-09-02.", "Job 123456 ends: done, 2024-09-02."),
        ("GET home 200 1234 ms officer 56", "GET home 200 1234 ms officer 56"),
    ],
)
def test_what_is_scrubbed_and_what_stays(written, read):
    assert scrubbed(written) == read
