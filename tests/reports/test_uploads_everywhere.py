"""There is no way past the rule: every field that takes or keeps a file is known here, and refuses what the scanner knows."""

import errno
import importlib
import pkgutil
from io import BytesIO
from zipfile import ZipFile

import pytest
from django import forms
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, get_resolver, reverse

from inspections.models import Evidence
from inspections.uploads.orphans import FOLDERS, file_fields
from reports.models import Import, SuperiorForm
from tests.factories import make_batch, make_hazard, make_inspection, make_photo
from tests.inspections.scanner_daemon import HARMFUL, daemon
from tests.inspections.test_sampling_results import line
from tests.inspections.test_sampling_results import workbook as results
from tests.reports.import_lists import book
from tests.reports.test_import_apply import entity
from tests.reports.test_superior_form import content_of, workbook

PRODUCT = ("entities", "inspections", "reports", "yongzhou_ebike")

# Who writes each kept file. What the product makes itself (thumbnails, results) never comes from outside.
KEPT = {
    "inspections.Evidence.file": "the rule", "inspections.Evidence.thumbnail": "made here",
    "reports.Import.file": "the rule", "reports.SuperiorForm.file": "the rule", "reports.Job.result": "made here",
}  # fmt: skip
# Every form that takes a file by a field of its own kind, and what asks the rule about it.
ASKED_BY_THE_VERB = {
    "inspections.forms.sampling.ResultsForm.workbook", "reports.views.imports.HandInForm.file",
    "reports.superior.forms.UploadForm.file",
}  # fmt: skip
ASKS_ITSELF = {
    "inspections.forms.files.EvidenceField", "inspections.forms.inspection_fields.PhotosField",
    "inspections.forms.self_check.UploadsField",
}  # fmt: skip


def all_modules():
    for name in PRODUCT:
        package = importlib.import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if ".migrations" not in found.name and not found.name.endswith(("wsgi", "asgi")):
                yield importlib.import_module(found.name)


def subclasses(cls):
    for one in cls.__subclasses__():
        yield one
        yield from subclasses(one)


def full_name(cls):
    return f"{cls.__module__}.{cls.__qualname__}"


def test_every_file_field_of_the_models_is_known():
    found = {f"{model._meta.label}.{field.name}" for model, field in file_fields()}
    assert found == set(KEPT)


def test_every_kind_of_field_that_takes_a_file_asks_the_rule():
    for _module in all_modules():
        pass
    own = {full_name(one) for one in subclasses(forms.FileField) if one.__module__.startswith(PRODUCT)}
    assert own == ASKS_ITSELF


def test_every_plain_file_field_of_a_form_is_asked_by_its_verb():
    for _module in all_modules():
        pass
    plain = {
        f"{full_name(form)}.{name}"
        for form in subclasses(forms.BaseForm)
        if form.__module__.startswith(PRODUCT) and "<locals>" not in full_name(form)
        for name, field in getattr(form, "base_fields", {}).items()
        if type(field) in (forms.FileField, forms.ImageField)
    }
    assert plain == ASKED_BY_THE_VERB


def test_files_have_no_address_but_that_of_their_view():
    def routes(patterns):
        for one in patterns:
            yield one if isinstance(one, URLPattern) else None
            yield from routes(getattr(one, "url_patterns", []))

    served = [one for one in routes(get_resolver().url_patterns) if one and one.callback.__name__ == "serve"]
    assert [one for one in served if "static" not in one.callback.__module__] == []


def test_no_file_is_found_under_the_name_it_is_stored_by(client, world):
    evidence = Evidence.attach(make_inspection(world), make_photo(), by=world.inspector)
    client.force_login(world.inspector)
    for prefix in ("/", "/media/", "/static/"):
        assert client.get(prefix + evidence.file.name).status_code == 404


# A photo, a list, a form and a laboratory's list that hold the harmless words, each sent by its own page.


def infected(content):
    """The same workbook with one part more."""
    written = BytesIO(content)
    with ZipFile(written, "a") as package:
        package.writestr("docProps/note.txt", HARMFUL)
    return written.getvalue()


def scan(client, world, photo):
    sent = {"way": "hand_over", "department": "fire", "note": "回执1号", "scans": [photo]}
    return client.post(reverse("hazard_close", args=[make_hazard(world).pk]), sent)


def by_photo(client, world, change):
    return scan(client, world, SimpleUploadedFile("a.png", change(make_photo().read())))


def by_list(client, world, change):
    file = SimpleUploadedFile("list.xlsx", change(book("entities", entity(1))))
    return client.post("/imports/", {"kind": "entities", "file": file})


def by_text(client, world, change):
    file = SimpleUploadedFile("list.csv", change("名称\n某店\n".encode()))
    return client.post("/imports/", {"kind": "entities", "file": file})


def by_form(client, world, change):
    file = SimpleUploadedFile("form.xlsx", change(content_of(workbook())))
    sent = {"name": "月报", "issued_by": "省局", "period_kind": "month", "file": file}
    return client.post(reverse("form_new"), sent)


def by_laboratory(client, world, change):
    make_batch(world, number="CC-1")
    file = SimpleUploadedFile("结果.xlsx", change(results(line("CC-1")).read()))
    return client.post("/sampling/results/", {"workbook": file})


def appended(content):
    return content + HARMFUL


WAYS = {
    "a photo": (by_photo, appended), "a list": (by_list, infected), "a text file": (by_text, appended),
    "a form": (by_form, infected), "a laboratory's list": (by_laboratory, infected),
}  # fmt: skip


@pytest.fixture
def officer(client, world):
    client.force_login(world.administrator)
    client.cookies["django_language"] = "en"
    return client


def written():
    return Evidence.objects.count(), Import.objects.count(), SuperiorForm.objects.count()


@pytest.mark.parametrize("way", WAYS)
def test_what_the_scanner_knows_is_refused_whichever_way_it_comes(officer, world, settings, tmp_path, way):
    send, change = WAYS[way]
    settings.MEDIA_ROOT = str(tmp_path)
    with daemon() as (settings.CLAMAV, received):
        response = send(officer, world, change)
    assert response.status_code == 422
    assert "refused by the virus scanner" in response.content.decode()
    assert len(received) == 1
    assert written() == (0, 0, 0) and list(tmp_path.rglob("*.*")) == []


@pytest.mark.parametrize("way", [way for way in WAYS if way != "a text file"])
def test_the_same_without_a_word_of_harm_is_taken(officer, world, settings, tmp_path, way):
    send, _change = WAYS[way]
    settings.MEDIA_ROOT = str(tmp_path)
    with daemon() as (settings.CLAMAV, received):
        response = send(officer, world, lambda content: content)
    assert response.status_code == (200 if way == "a laboratory's list" else 302)
    assert len(received) == 1
    assert sum(written()) == (0 if way == "a laboratory's list" else 1)
    folders = {path.parent.name for path in tmp_path.rglob("*.*") if path.is_file()}
    assert folders <= set(FOLDERS)


def macro(content):
    written = BytesIO(content)
    with ZipFile(written, "a") as package:
        package.writestr("xl/vbaProject.bin", b"\0")
    return written.getvalue()


@pytest.mark.parametrize("way", ["a list", "a form", "a laboratory's list"])
def test_a_workbook_with_macros_is_refused_whichever_way_it_comes(officer, world, settings, tmp_path, way):
    settings.MEDIA_ROOT = str(tmp_path)
    response = WAYS[way][0](officer, world, macro)
    assert response.status_code == 422
    assert "macros" in response.content.decode()
    assert written() == (0, 0, 0) and list(tmp_path.rglob("*.*")) == []


@pytest.mark.parametrize("way", ["a photo", "a list", "a form"])
def test_a_full_storage_leaves_no_piece_of_a_file_and_no_row(officer, world, settings, tmp_path, monkeypatch, way):
    def save_half(storage, name, content, max_length=None):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.read()[:50])
        raise OSError(errno.ENOSPC, "No space left on device")

    settings.MEDIA_ROOT = str(tmp_path)
    monkeypatch.setattr(FileSystemStorage, "save", save_half)
    response = WAYS[way][0](officer, world, lambda content: content)
    assert response.status_code == 422
    page = response.content.decode()
    assert "The storage is full, and nothing was written: tell your administrator" in page
    assert {"a photo": "回执1号", "a list": 'value="entities" selected', "a form": "月报"}[way] in page
    assert written() == (0, 0, 0) and list(tmp_path.rglob("*.*")) == []
