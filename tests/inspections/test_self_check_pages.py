"""Self-checks as officers see them: typed in from paper, one that was handed in, beside an inspection."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections import links
from inspections.models import Evidence, Hazard, Rectification, SelfCheck
from tests.factories import (
    POINTS,
    attach_photo,
    make_hazard,
    make_inspection,
    make_photo,
    make_self_check,
    self_check_sheet,
    wrong_point,
)

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def visitor(client):
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def signed_in(visitor, world):
    visitor.force_login(world.inspector)
    return visitor


@pytest.fixture
def address(world):
    return reverse("self_check", args=[links.SELF_CHECK.issue(world.shop, world.campaign, by=world.inspector)])


def errors(response):
    return {name: [str(one) for one in found] for name, found in response.context["form"].errors.items()}


# From paper


def paper(**changes):
    values = {"checked_on": "2024-06-03", "receipt_number": "", "rest": "on", "declared": None, "answer-XS-01": None}
    return self_check_sheet(**values | {f"answer-{code}": None for code in POINTS} | changes)


@pytest.fixture
def paper_address(world):
    return reverse("self_check_create", args=[world.shop.pk])


def test_the_office_types_in_what_came_on_paper(signed_in, world, paper_address):
    assert signed_in.get(paper_address).status_code == 200
    scan = SimpleUploadedFile("scan.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
    response = signed_in.post(
        paper_address, paper(receipt_number="ZC-PAPER-1", paper=[scan], phone="", **wrong_point())
    )
    check = SelfCheck.objects.get()
    assert response.url == check.get_absolute_url()
    assert (check.receipt_number, check.by_link, str(check.checked_on)) == ("ZC-PAPER-1", False, "2024-06-03")
    assert check.answers == dict.fromkeys(POINTS, "pass") | {"XS-02": "fail"}
    assert check.evidence.get().slot == "paper"
    hazard = Hazard.objects.get()
    assert str(hazard.found_on) == "2024-06-03"


def test_a_number_that_is_taken_is_said_in_words(signed_in, world, paper_address):
    make_self_check(world, number=1)
    response = signed_in.post(paper_address, paper(receipt_number="ZC-0001"))
    assert errors(response) == {"receipt_number": ["Another self-check has this number: compare it with the paper."]}


def test_without_a_number_the_system_makes_one(signed_in, paper_address):
    signed_in.post(paper_address, paper())
    assert SelfCheck.objects.get().receipt_number.startswith("ZC20240603-")


def test_paper_that_was_put_right_needs_no_photo(signed_in, paper_address):
    signed_in.post(paper_address, paper(**wrong_point(fixed="on", done="已张贴")))
    assert Rectification.objects.get().measures == "已张贴"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"checked_on": "2024-09-03"}, "checked_on"), ({"checked_on": "2024-04-30"}, "checked_on"),
        ({"checked_on": "gestern"}, "checked_on"), ({"receipt_number": "ZC-0001"}, "receipt_number"),
        ({"paper": [SimpleUploadedFile("a.exe", b"MZ", "image/png")]}, "paper"),
    ],
)  # fmt: skip
def test_bad_paper_answers_422_keeps_what_was_typed_and_writes_nothing(signed_in, world, paper_address, change, place):
    make_self_check(world, number=1)
    response = signed_in.post(paper_address, paper(remarks="字迹不清", **change))
    assert response.status_code == 422
    assert list(errors(response)) == [place]
    assert "字迹不清" in response.content.decode()
    assert SelfCheck.objects.count() == 1


def test_paper_without_answers_is_not_taken_for_a_clean_shop(signed_in, paper_address):
    response = signed_in.post(paper_address, paper(rest=None))
    assert response.status_code == 422
    assert response.context["form"].unanswered() == list(POINTS)


def test_the_same_paper_twice_is_entered_once(signed_in, paper_address):
    sent = paper()
    first = signed_in.post(paper_address, sent)
    assert signed_in.post(paper_address, sent).url == first.url
    response = signed_in.post(paper_address, sent | {"remarks": "别的"})
    assert response.status_code == 409
    assert SelfCheck.objects.count() == 1


def test_paper_is_typed_in_only_with_the_right_and_in_scope(client, world, paper_address):
    assert client.post(paper_address, paper()).url.startswith(reverse("login"))
    client.force_login(world.leader)
    assert client.post(paper_address, paper()).status_code == 403
    client.force_login(world.stranger)
    assert client.post(paper_address, paper()).status_code == 404
    assert not SelfCheck.objects.exists()


# What officers see


def test_the_page_of_a_self_check_shows_answers_hazards_and_photos(visitor, signed_in, world, address):
    visitor.post(
        address, self_check_sheet(**wrong_point(photos=[make_photo()], fixed="on", done="已张贴", after=[make_photo()]))
    )
    check = SelfCheck.objects.get()
    page = signed_in.get(check.get_absolute_url()).content.decode()
    photos = [photo.get_absolute_url() for photo in Evidence.objects.all()]
    for words in (check.receipt_number, "张三", "13800000000", "未张贴告知", "已张贴", "XS-02", *photos):
        assert words in page, words


def test_the_page_of_a_self_check_is_for_those_in_scope(client, world):
    page = make_self_check(world).get_absolute_url()
    assert client.get(page).url.startswith(reverse("login"))
    client.force_login(world.stranger)
    assert client.get(page).status_code == 404
    client.force_login(world.leader)
    assert client.get(page).status_code == 200


def test_who_entered_and_changed_it_is_read_by_those_who_read_history(client, world):
    page = make_self_check(world).get_absolute_url()
    for officer, sees in ((world.inspector, False), (world.discipline, True)):
        client.force_login(officer)
        assert (client.get(page).context["history"] is not None) is sees


def test_the_page_costs_the_same_queries_for_any_number_of_hazards(signed_in, world):
    check = make_self_check(world, answers=dict.fromkeys(POINTS, "fail"))
    attach_photo(make_hazard(world, self_check=check), by=world.inspector)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            signed_in.get(check.get_absolute_url())
        return len(caught)

    queries()
    one = queries()
    for _number in range(5):
        hazard = make_hazard(world, self_check=check)
        attach_photo(hazard, by=world.inspector)
        attach_photo(hazard.submit_rectification(by=world.inspector, measures="已张贴"), by=world.inspector)
    assert queries() <= one + 1  # the rectifications, all at once


def test_the_page_of_an_inspection_shows_the_self_check_beside_it(signed_in, world):
    make_self_check(world, answers=dict.fromkeys(POINTS, "pass"))
    visit = make_inspection(world, answers=dict.fromkeys(POINTS, "pass") | {"XS-02": "fail"})
    response = signed_in.get(visit.get_absolute_url())
    page = response.content.decode()
    assert [pair.item.code for pair in response.context["comparison"].differences] == ["XS-02"]
    assert page.count("differs</span>") == 2  # among the differences, and among all points
    assert "Self-check of 2024-06-03" in page


def test_without_a_self_check_the_page_of_an_inspection_compares_nothing(signed_in, world):
    response = signed_in.get(make_inspection(world).get_absolute_url())
    assert response.context["comparison"] is None
    assert "Beside the self-check" not in response.content.decode()
