"""Lists through the API: handed in, looked at, written as a whole, taken back as a whole."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from entities.models import Entity
from reports.models import Import
from tests.reports.import_lists import book
from tests.reports.test_import_apply import entity

URL = "/api/v1/imports/"


def handed_in(client, *rows):
    file = SimpleUploadedFile("list.xlsx", book("entities", *rows))
    return client.post(URL, {"kind": "entities", "file": file}, format="multipart")


def test_a_list_is_looked_at_written_and_taken_back(world, call):
    client, count = call("clerk"), Entity.objects.count()
    made = handed_in(client, entity(1), entity(2))
    assert made.status_code == 201 and made.json()["counts"]["new"] == 2
    assert Entity.objects.count() == count
    written = client.post(f"{made['Location']}apply/", {}, format="json")
    assert written.json()["status"] == "applied" and Entity.objects.count() == count + 2
    assert {way for (way,) in Entity.history.order_by("-history_id").values_list("history_way")[:2]} == {"import"}
    back = client.post(f"{made['Location']}take-back/", {"reason": "弄错了"}, format="json")
    assert back.json()["status"] == "taken_back" and Entity.objects.count() == count


def test_what_is_no_list_is_refused(world, call):
    client = call("clerk")
    nothing = client.post(URL, {"kind": "entities"}, format="multipart")
    assert nothing.status_code == 422 and nothing.json()["errors"][0]["pointer"] == "#/file"
    rubbish = {"kind": "entities", "file": SimpleUploadedFile("list.xlsx", b"no workbook")}
    assert client.post(URL, rubbish, format="multipart").status_code == 422
    assert not Import.objects.exists()
    assert client.post(URL, {"kind": "entities"}, format="json").status_code == 400


def test_wrong_entries_are_refused(world, call):
    client = call("clerk")
    made = handed_in(client, entity(1))
    for body in ({"without_wrong": "yes"}, {"choices": []}, {"nonsense": 1}):
        assert client.post(f"{made['Location']}apply/", body, format="json").status_code == 422
    assert client.post(f"{made['Location']}take-back/", {"reason": "x"}, format="json").status_code == 422


def test_the_template_the_file_as_it_came_and_the_marked_one_are_taken_out(world, call):
    client = call("clerk")
    url = handed_in(client, entity(1), entity(2, name=""))["Location"]
    files = (f"{URL}templates/entities/", f"{url}file/", f"{url}marked/")
    books = [load_workbook(BytesIO(b"".join(client.get(file).streaming_content))) for file in files]
    heads = {tuple(cell.value for cell in next(one.active.iter_rows(max_row=1)))[:2] for one in books[:2]}
    assert len(heads) == 1
    assert any(cell.comment for row in books[2].active.iter_rows() for cell in row)
    assert call("clerk", scopes=["read"]).get(files[1]).status_code == 403
    assert client.get(f"{URL}templates/nonsense/").status_code == 404
