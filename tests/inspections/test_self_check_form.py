"""The pages behind an entity's link: the self-check, its receipt, and how a hazard was put right."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections import links
from inspections.forms import self_check as form
from inspections.models import Evidence, Hazard, Rectification, SelfCheck
from tests.factories import (
    POINTS,
    make_hazard,
    make_photo,
    self_check_sheet,
    wrong_point,
)
from tests.world import TODAY

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def visitor(client):
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def address(world):
    return reverse("self_check", args=[links.SELF_CHECK.issue(world.shop, world.campaign, by=world.inspector)])


@pytest.fixture
def hazard(world):
    return make_hazard(world)


@pytest.fixture
def hazard_address(world, hazard):
    return reverse("rectification", args=[links.RECTIFICATION.issue(hazard, world.campaign, by=world.inspector)])


def errors(response):
    return {name: [str(one) for one in found] for name, found in response.context["form"].errors.items()}


# The entity's form


def test_the_form_asks_the_points_in_force_today_section_by_section(visitor, world, address):
    response = visitor.get(address)
    page = response.content.decode()
    assert [title for title, _points in response.context["form"].sections()] == ["一、主体资质", "二、禁止改装"]
    assert [f'id="point-{code}"' in page for code in [*POINTS, "XS-05"]] == [True] * 4 + [False]
    assert world.shop.name in page
    assert "<script>" not in page


def test_the_form_tells_nothing_of_the_entity_but_name_and_address(visitor, world, address):
    make_hazard(world)
    page = visitor.get(address).content.decode()
    for secret in (world.shop.credit_code, world.shop.phone, "未张贴禁止非法改装告知"):
        assert secret not in page


def test_what_is_handed_in_leads_to_its_receipt(visitor, world, address):
    response = visitor.post(
        address, self_check_sheet(**wrong_point(photos=[make_photo()], fixed="on", done="已张贴", after=[make_photo()]))
    )
    check = SelfCheck.objects.get()
    assert response.url == reverse("self_check_receipt", args=[links.receipt_token(check)])
    assert (check.entity, check.answered_by, check.phone) == (world.shop, "张三", "13800000000")
    assert check.answers == dict.fromkeys(POINTS, "pass") | {"XS-02": "fail"}
    assert (check.checked_on, check.by_link, check.created_by) == (TODAY, True, world.inspector)
    hazard = Hazard.objects.get()
    assert (hazard.description, hazard.evidence.count()) == ("未张贴告知", 1)
    assert Rectification.objects.get().evidence.count() == 1


def test_the_receipt_shows_number_day_and_counts_and_never_the_answers(visitor, world, address):
    receipt = visitor.get(visitor.post(address, self_check_sheet(**wrong_point(), **{"answer-XS-03": "na"})).url)
    page, check = receipt.content.decode(), SelfCheck.objects.get()
    assert check.receipt_number in page
    assert receipt.context["counts"] == {"pass": 2, "fail": 1, "na": 1}
    for secret in (world.shop.name, "张三", "13800000000", "未张贴告知", "XS-02"):
        assert secret not in page
    assert "no-store" in receipt["Cache-Control"]


def test_the_code_on_the_receipt_opens_the_self_check_for_those_in_scope(visitor, world, address):
    receipt = visitor.post(address, self_check_sheet()).url
    page = SelfCheck.objects.get().get_absolute_url()
    assert visitor.get(receipt).context["check"].get_absolute_url() == page
    assert visitor.get(page).url.startswith(reverse("login"))
    visitor.force_login(world.stranger)
    assert visitor.get(page).status_code == 404
    visitor.force_login(world.inspector)
    assert visitor.get(page).status_code == 200


def test_answers_can_not_be_read_back_through_the_link(visitor, address):
    visitor.post(address, self_check_sheet(**wrong_point(what="没有人知道的问题")))
    assert "没有人知道的问题" not in visitor.get(address).content.decode()


def test_the_same_form_again_shows_the_same_receipt(visitor, address):
    sent = self_check_sheet(**wrong_point())
    first = visitor.post(address, sent)
    assert visitor.post(address, sent).url == first.url
    assert SelfCheck.objects.count() == 1


def test_the_same_form_shows_its_receipt_also_when_the_checklist_has_grown_meanwhile(visitor, world, address):
    sent = self_check_sheet()
    first = visitor.post(address, sent)
    version = SelfCheck.objects.get().checklist_version
    version.items.create(position=9, code="XS-09", section="三、其他", text="要点", severity="general")
    assert visitor.post(address, sent).url == first.url
    assert visitor.post(address, self_check_sheet()).status_code == 422


def test_the_same_form_with_other_content_is_told_so_and_keeps_what_was_typed(visitor, address):
    sent = self_check_sheet()
    receipt = visitor.post(address, sent).url
    response = visitor.post(address, sent | {"remarks": "补充说明"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "already handed in with other content" in page
    assert "补充说明" in page
    assert receipt in page
    assert SelfCheck.objects.count() == 1


BAD = {
    "a point without an answer": ({"answer-XS-03": None}, "answer-XS-03"),
    "an answer that is none": ({"answer-XS-03": "unchecked"}, "answer-XS-03"),
    "a failed point without words": (wrong_point(what=" "), "what-XS-02"),
    "put right without saying how": (wrong_point(fixed="on", after=[make_photo()]), "done-XS-02"),
    "put right without a photo": (wrong_point(fixed="on", done="已张贴"), "after-XS-02"),
    "words without end": (wrong_point(what="长" * 1001), "what-XS-02"),
    "remarks without end": ({"remarks": "长" * 10_000}, "remarks"),
    "no name": ({"answered_by": None}, "answered_by"),
    "a name with a NUL": ({"answered_by": "张\0三"}, "answered_by"),
    "no phone": ({"phone": None}, "phone"),
    "a phone that is none": ({"phone": "电话"}, "phone"),
    "no declaration": ({"declared": None}, "declared"),
    "no UUID": ({"client_uuid": None}, "client_uuid"),
    "a strange UUID": ({"client_uuid": "1; drop table"}, "client_uuid"),
    "a web page for a photo": (
        wrong_point(photos=[SimpleUploadedFile("a.jpg", b"<html>", "image/jpeg")]), "photos-XS-02",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_answers_422_keeps_what_was_typed_and_writes_nothing(visitor, address, case):
    changes, place = BAD[case]
    response = visitor.post(address, self_check_sheet(**{"answered_by": "一个名字", "answer-XS-04": "na"} | changes))
    assert response.status_code == 422
    assert list(errors(response)) == [place]
    page = response.content.decode()
    assert 'id="id_answer-XS-04_2" value="na" checked' in page
    assert "一个名字" in page or "answered_by" in changes
    assert not SelfCheck.objects.exists()
    assert not Evidence.objects.exists()


def test_photos_must_be_chosen_again_and_the_page_says_so(visitor, address):
    response = visitor.post(address, self_check_sheet(**wrong_point(photos=[make_photo()]), declared=None))
    assert "choose the photos again" in response.content.decode()
    assert "choose the photos again" not in visitor.post(address, self_check_sheet(declared=None)).content.decode()


def test_a_point_that_passes_after_all_leaves_no_hazard(visitor, address):
    visitor.post(address, self_check_sheet(**wrong_point(answer="pass", photos=[make_photo()], fixed="on")))
    assert SelfCheck.objects.get().answers["XS-02"] == "pass"
    assert not Hazard.objects.exists()
    assert not Evidence.objects.exists()


def test_what_stands_under_a_box_that_is_not_ticked_is_not_taken(visitor, address):
    page = SimpleUploadedFile("a.jpg", b"<html>", "image/jpeg")
    assert visitor.post(address, self_check_sheet(**wrong_point(done="还没改", after=[page]))).status_code == 302
    assert not Rectification.objects.exists()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(("per_point", "in_all", "place"), [(2, 30, "photos-XS-02"), (9, 4, "__all__")])
def test_photos_are_counted_before_any_is_decoded(visitor, address, monkeypatch, per_point, in_all, place):
    monkeypatch.setattr(form, "PHOTOS_OF_POINT", per_point)
    monkeypatch.setattr(form, "PHOTOS_IN_ALL", in_all)
    monkeypatch.setattr(form, "check_upload", None)
    sent = wrong_point(photos=[make_photo() for _n in range(2)], fixed="on", done="已改", after=[make_photo()])
    sent |= wrong_point("XS-03", photos=[make_photo() for _n in range(2)])
    response = visitor.post(address, self_check_sheet(**sent))
    assert response.status_code == 422
    assert list(errors(response)) == [place]
    assert not Evidence.objects.exists()


def test_nine_photos_of_a_point_are_taken(visitor, address):
    assert (
        visitor.post(address, self_check_sheet(**wrong_point(photos=[make_photo() for _n in range(9)]))).status_code
        == 302
    )
    assert Evidence.objects.count() == 9
    assert (form.PHOTOS_OF_POINT, form.PHOTOS_IN_ALL) == (9, 30)


def test_rare_characters_and_emoji_in_names_arrive(visitor, address):
    visitor.post(address, self_check_sheet(answered_by="𠮷田🚲", remarks="㐂" * 2000))
    assert SelfCheck.objects.get().answered_by == "𠮷田🚲"


def test_the_fourth_of_a_day_is_refused_in_words(visitor, address):
    for _number in range(3):
        assert visitor.post(address, self_check_sheet()).status_code == 302
    response = visitor.post(address, self_check_sheet(remarks="第四份"))
    assert response.status_code == 422
    assert "3 self-checks of this business came in today already" in response.content.decode()
    assert "第四份" in response.content.decode()
    assert SelfCheck.objects.count() == 3


def test_sending_too_often_keeps_what_was_typed(visitor, address, clock):
    for _number in range(10):
        visitor.post(address, self_check_sheet(declared=None))
    response = visitor.post(address, self_check_sheet(remarks="来之不易的说明"))
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 3601
    assert "来之不易的说明" in response.content.decode()
    assert not SelfCheck.objects.exists()
    clock.now += 3600
    assert visitor.post(address, self_check_sheet()).status_code == 302


def test_the_language_of_the_form_can_be_switched(client, address):
    assert (
        "企业自查" in client.get(address).content.decode() or 'lang="zh-hans"' in client.get(address).content.decode()
    )
    client.cookies["django_language"] = "en"
    assert "Hand in the self-check" in client.get(address).content.decode()


def test_the_form_costs_the_same_queries_for_any_number_of_points(visitor, world, address):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            visitor.get(address)
        return len(caught)

    before = queries()
    version = SelfCheck(entity=world.shop, checked_on=TODAY, entity_kind="seller").items()[0].version
    for number in range(10, 30):
        version.items.create(position=number, code=f"XS-{number}", section="三、其他", text="要点", severity="general")
    assert queries() == before <= 8


# How the entity put a hazard right


def put_right(**changes):
    values = {"measures": "已张贴告知", "name": "张三", "photos": [make_photo()]} | changes
    return {name: value for name, value in values.items() if value is not None}


def test_the_entity_says_how_it_put_a_hazard_right(visitor, hazard, hazard_address):
    assert hazard.description in visitor.get(hazard_address).content.decode()
    response = visitor.post(hazard_address, put_right(), follow=True)
    assert "has arrived" in response.content.decode()
    attempt = Rectification.objects.get()
    assert (attempt.hazard, attempt.verdict, attempt.evidence.count()) == (hazard, "pending", 1)


def test_sent_twice_it_is_received_once(visitor, hazard_address):
    sent = put_right()
    visitor.post(hazard_address, sent)
    response = visitor.post(hazard_address, sent)
    assert (response.status_code, Rectification.objects.count()) == (200, 1)
    assert "has arrived" in response.content.decode()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"measures": " "}, "measures"), ({"photos": None}, "photos"), ({"name": None}, "name"),
        ({"photos": [SimpleUploadedFile("a.jpg", b"%PDF-1.4", "image/jpeg")]}, "photos"),
        ({"photos": [make_photo() for _n in range(10)]}, "photos"),
    ],
)  # fmt: skip
def test_a_bad_rectification_answers_422_and_writes_nothing(visitor, hazard_address, change, place):
    response = visitor.post(hazard_address, put_right(**change))
    assert response.status_code == 422
    assert list(errors(response)) == [place]
    assert place == "measures" or "已张贴告知" in response.content.decode()
    assert not Rectification.objects.exists()


def test_a_rejected_rectification_says_why_and_asks_again(visitor, world, hazard, hazard_address):
    visitor.post(hazard_address, put_right())
    Rectification.objects.get().reject(by=world.manager, deadline=TODAY.replace(day=20), comment="仍未张贴", on=TODAY)
    page = visitor.get(hazard_address).content.decode()
    assert "仍未张贴" in page
    assert "2024-09-20" in page
    assert visitor.post(hazard_address, put_right()).status_code == 302


def test_a_rectification_sent_too_often_keeps_what_was_typed(visitor, hazard_address):
    for _number in range(10):
        visitor.post(hazard_address, put_right(name=None))
    response = visitor.post(hazard_address, put_right())
    assert response.status_code == 429
    assert "已张贴告知" in response.content.decode()
    assert not Rectification.objects.exists()
