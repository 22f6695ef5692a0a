"""Bulletins, rounds and kept filters through the API: the same rules as on their pages."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from openpyxl import load_workbook

from reports.models import Bulletin, FilledForm, SavedFilter
from tests.factories import make_inspection
from tests.office import make_bulletin, make_round
from tests.reports.test_superior_form import content_of, workbook

URL = "/api/v1/bulletins/"


def send(client, url, body=None, **headers):
    return client.post(url, body or {}, format="json", headers=headers)


@pytest.fixture
def bulletin(world):
    make_inspection(world)
    return make_bulletin(world)


def opening(told):
    """The first section that states a number."""
    return next(section for section in told["sections"] if "检查" in section["words"])


def test_a_bulletin_is_begun_with_the_text_that_its_figures_propose(world, call):
    make_inspection(world)
    made = send(call("clerk"), URL, {"kind": "bulletin"})
    assert made.status_code == 201, made.json()
    told = made.json()
    assert (told["number"], told["region"], told["version"], told["findings"]) == (1, "431102", 1, [])
    assert "1家次" in opening(told)["words"]
    assert [one["id"] for one in call("clerk").get(URL).json()["results"]] == [told["id"]]
    assert call("clerk").get(made["Location"]).json() == told


def test_what_the_page_refuses_the_api_refuses(world, call):
    wrong = send(call("clerk"), URL, {"kind": "bulletin", "as_of": "2030-01-01"})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["pointer"] == "#/as_of"
    assert send(call("leader"), URL, {"kind": "bulletin"}).status_code == 403
    assert not Bulletin.objects.exists()


def test_a_text_is_changed_in_the_version_that_was_read(world, call, bulletin):
    client, url = call("clerk"), f"{URL}{bulletin.pk}/"
    read = client.get(url)
    section = opening(read.json())
    words = {section["key"]: section["words"].replace("1家次", "9家次")}
    assert client.patch(url, {"sections": words}, format="json").status_code == 428
    seen = {"If-Match": read["ETag"]}
    assert client.patch(url, {"sections": {"none": "x"}}, format="json", headers=seen).status_code == 422
    assert client.patch(url, {"title": "  "}, format="json", headers=seen).status_code == 422
    done = client.patch(url, {"sections": words, "title": "一期"}, format="json", headers=seen)
    assert done.status_code == 200, done.json()
    assert (done.json()["version"], done.json()["title"]) == (2, "一期")
    assert [(one["written"], one["now"]) for one in done.json()["findings"]] == [("9", "1")]
    assert client.patch(url, {"title": "二期"}, format="json", headers=seen).status_code == 412
    right = send(client, f"{url}correct/", {"section": section["key"], "index": done.json()["findings"][0]["index"]})
    assert right.json()["findings"] == [] and right.json()["version"] == 3
    assert send(client, f"{url}restore/", {"number": 2}).json()["findings"] != []
    assert send(client, f"{url}restore/", {"number": 99}).status_code == 422
    assert send(client, f"{url}send/").status_code == 422
    assert [one["number"] for one in client.get(f"{url}versions/").json()["results"]] == [4, 3, 2, 1]


def test_a_bulletin_goes_from_reader_to_reader(world, call, bulletin):
    url = f"{URL}{bulletin.pk}/"
    assert send(call("manager"), f"{url}pass_on/").status_code == 422
    sent = send(call("clerk"), f"{url}send/")
    assert sent.status_code == 200 and not sent.json()["is_open"], sent.json()
    assert send(call("clerk"), f"{url}propose/").status_code == 422
    assert send(call("clerk"), f"{url}pass_on/").status_code == 403
    assert send(call("manager"), f"{url}pass_on/", **{"If-Match": '"0"'}).status_code == 412
    assert send(call("manager"), f"{url}pass_on/").status_code == 200
    back = send(call("manager"), f"{url}send_back/", {"reason": "核对数字"})
    assert back.status_code == 200 and back.json()["is_open"], back.json()


def test_a_bulletin_is_taken_out_as_word_by_those_who_export(world, call, bulletin):
    url = f"{URL}{bulletin.pk}/bulletin.docx"
    served = call("clerk").get(url)
    assert Document(BytesIO(b"".join(served.streaming_content))).paragraphs
    assert call("clerk", scopes=["read"]).get(url).status_code == 403
    assert call("stranger").get(f"{URL}{bulletin.pk}/").status_code in (403, 404)


def test_a_round_is_opened_looked_at_reminded_of_and_taken_out(world, call):
    sent = {"kind": "weekly", "since": "2024-08-27", "until": "2024-09-02", "cut_off": "2024-09-03T17:00:00+08:00"}
    assert send(call("manager"), "/api/v1/rounds/", sent).status_code == 403
    city = call("administrator")
    opened = send(city, "/api/v1/rounds/", sent)
    assert opened.status_code == 201, opened.json()
    url, told = opened["Location"], opened.json()
    assert {report["status"] for report in told["reports"]} == {"expected"} and len(told["reports"]) == 3
    assert send(city, "/api/v1/rounds/", sent).status_code == 422
    assert send(city, f"{url}remind/").json()["reminded"] == sum(report["is_missing"] for report in told["reports"])
    assert call("clerk").get(url).json()["reports"] == city.get(url).json()["reports"]
    sheet = call("manager").get(f"{url}sheet.xlsx")
    assert load_workbook(BytesIO(b"".join(sheet.streaming_content))).active.max_row > 3
    assert call("manager", scopes=["read"]).get(f"{url}sheet.docx").status_code == 403


def test_a_list_of_rounds_takes_as_many_queries_for_one_as_for_two(world, call, django_assert_max_num_queries):
    client, url = call("clerk"), "/api/v1/rounds/"
    make_round(world)
    client.get(url)  # what is read once for all calls
    with django_assert_max_num_queries(20) as one:
        assert len(client.get(url).json()["results"]) == 1
    make_round(world, kind="monthly")
    with django_assert_max_num_queries(len(one.captured_queries)):
        assert len(client.get(url).json()["results"]) == 2


def test_filters_are_kept_offered_and_forgotten(world, call):
    client, url = call("clerk"), "/api/v1/saved-filters/"
    sent = {"ledger": "hazard", "name": "未整改", "query": "status=open"}
    kept = send(client, url, sent)
    assert kept.status_code == 201, kept.json()
    assert kept.json()["page"].startswith("/ledgers/hazard/?") and not kept.json()["is_shared"]
    assert send(client, url, sent).status_code == 422
    assert send(client, url, sent | {"query": "status=nonsense", "name": "x"}).status_code == 422
    assert send(client, url, sent | {"ledger": "nonsense"}).status_code == 422
    assert client.get(url).json()["results"] == [kept.json()]
    assert call("manager").get(url).json()["results"] == []
    SavedFilter.objects.create(
        ledger="nonsense", name="x", query="", officer=world.clerk
    )  # none that the officer may read
    assert len(client.get(url).json()["results"]) == 1
    assert call("manager").delete(f"{url}{kept.json()['id']}/").status_code == 404
    assert client.delete(f"{url}{kept.json()['id']}/").status_code == 204
    assert SavedFilter.objects.count() == 1


@pytest.fixture
def form(world, call, settings, tmp_path):
    """Address of the province's form, uploaded by the manager."""
    settings.MEDIA_ROOT = str(tmp_path)
    return upload(call("manager"), "/api/v1/forms/")["Location"]


def upload(client, url):
    sent = {"name": "省局月报", "issued_by": "省局", "period_kind": "month"}
    made = client.post(
        url, sent | {"file": SimpleUploadedFile("form.xlsx", content_of(workbook()))}, format="multipart"
    )
    assert made.status_code == 201, made.json()
    return made


def cell(name, content="inspections", **more):
    return {"sheet": "月报", "cell": name, "content": content} | more


def test_a_superiors_form_is_uploaded_bound_and_filled(world, call, form):
    make_inspection(world)
    client = call("manager")
    places = {"B3": "own:4311", "B4": "region:431102", "B5": "region:431103"}
    bound = send(client, f"{form}bind/", {"cells": [cell(name, place=place) for name, place in places.items()]})
    assert bound.status_code == 200, bound.json()
    assert [one["cell"] for one in bound.json()["bindings"]] == list(places)
    filled = send(client, f"{form}fill/", {"period": "2024-09"})
    sheet = load_workbook(BytesIO(b"".join(filled.streaming_content)))["月报"]
    assert [sheet[name].value for name in places] == [0, 1, 0] and FilledForm.objects.count() == 1
    assert send(client, f"{form}fill/", {"period": "soon"}).status_code == 422
    assert send(call("manager", scopes=["read", "write"]), f"{form}fill/").status_code == 403
    left = send(client, f"{form}unbind/", {"sheet": "月报", "cell": "b3"}).json()["bindings"]
    assert [one["cell"] for one in left] == ["B4", "B5"]


def test_of_cells_that_can_not_be_bound_none_is(world, call, form):
    client = call("manager")
    wrong = send(client, f"{form}bind/", {"cells": [cell("B4"), cell("B5", "nonsense")]})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["pointer"] == "#/cells/1/content"
    assert send(client, f"{form}bind/", {"cells": [cell("B4"), cell("A1:C1")]}).status_code == 422
    for body in ({"cells": []}, {"cells": [{"sheet": "月报"}]}, {"cells": [cell("B4", colour="red")]}, {"cells": "B4"}):
        assert send(client, f"{form}bind/", body).status_code == 422, body
    assert client.get(form).json()["bindings"] == []
    assert send(client, f"{form}fill/").status_code == 422
    assert call("stranger").get(form).status_code == 404


def test_a_newer_edition_takes_the_place_of_the_old_one_once(world, call, form):
    client = call("manager")
    send(client, f"{form}bind/", {"cells": [cell("B4", "word:unit")]})
    newer = upload(client, f"{form}replace/").json()
    assert [one["holds"] for one in newer["bindings"]] == ["unit"]
    again = client.post(f"{form}replace/", {"name": "x"}, format="multipart")
    assert again.status_code == 422 and send(client, f"{form}bind/", {"cells": [cell("B4")]}).status_code == 422
    assert [one["is_active"] for one in client.get("/api/v1/forms/").json()["results"]] == [True, False]


def test_a_form_whose_file_is_gone_says_so(world, call, form, tmp_path):
    next(tmp_path.rglob("*.xlsx")).unlink()
    refused = send(call("manager"), f"{form}bind/", {"cells": [cell("B4")]})
    assert refused.status_code == 404 and refused["Content-Type"] == "application/problem+json"
