"""With an object store instead of a disk, all files go there, come back through the same pages, and have no address of their own."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from moto.server import ThreadedMotoServer

from inspections.models import Evidence
from reports import jobs
from reports.models import Import, Job
from tests.factories import attach_photo, make_hazard, make_inspection, make_photo
from tests.reports.import_lists import book
from tests.reports.test_import_apply import entity, new_shops
from tests.reports.test_superior_form import make_form

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = re.compile(r"(evidence|imports|jobs|forms)/[0-9a-f]{32}\.(jpg|xlsx|csv)")
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def store():
    """The address of an S3 server of the test's own."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


def configured(address, **changes):
    """The storage as the settings make it from those variables, in a process of its own."""
    variables = {
        "S3_BUCKET": "campaign", "S3_ENDPOINT": address, "S3_REGION": "us-east-1", "S3_ACCESS_KEY": "user",
        "S3_SECRET_KEY": "key", "S3_ENCRYPTION": "AES256",
    }  # fmt: skip
    asked = "import json; from django.conf import settings; print(json.dumps(settings.STORAGES['default']))"
    answer = subprocess.run(
        [sys.executable, "-c", asked], env=os.environ | variables | changes | {"DJANGO_SETTINGS_MODULE": "yongzhou_ebike.settings"},
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(answer.stdout)


@pytest.fixture(scope="module")
def declared(store):
    return configured(store)


@pytest.fixture
def bucket(store, declared, settings):
    """The empty bucket that the application keeps its files in."""
    user = {"aws_access_key_id": "user", "aws_secret_access_key": "key", "region_name": "us-east-1"}
    bucket = boto3.resource("s3", endpoint_url=store, **user).Bucket("campaign")
    bucket.create()
    settings.STORAGES = settings.STORAGES | {"default": declared}
    yield bucket
    bucket.objects.all().delete()
    bucket.delete()


def names(bucket):
    return [one.key for one in bucket.objects.all()]


def content(response):
    return b"".join(response.streaming_content)


def test_without_a_bucket_files_are_on_the_disk(declared):
    assert declared["BACKEND"] == "yongzhou_ebike.object_storage.ObjectStorage"
    assert configured("", S3_BUCKET="")["BACKEND"] == "django.core.files.storage.FileSystemStorage"


def test_evidence_goes_there_from_the_page_and_comes_back_to_who_may_see_it(client, world, bucket):
    hazard = make_hazard(world)
    client.force_login(world.manager)
    sent = {"way": "hand_over", "department": "fire", "note": "回执1号", "scans": [make_photo(size=(1200, 900))]}
    assert client.post(reverse("hazard_close", args=[hazard.pk]), sent).status_code == 302
    evidence = Evidence.objects.get()
    assert sorted(names(bucket)) == sorted([evidence.file.name, evidence.thumbnail.name])
    assert all(NAME.fullmatch(name) for name in names(bucket))
    shown = client.get(evidence.get_absolute_url())
    assert hashlib.sha256(content(shown)).hexdigest() == evidence.sha256
    assert shown["X-Content-Type-Options"] == "nosniff" and "sandbox" in shown["Content-Security-Policy"]
    assert content(client.get(evidence.thumbnail_url)).startswith(b"\xff\xd8")
    client.force_login(world.stranger)
    for url in (evidence.get_absolute_url(), evidence.thumbnail_url):
        assert client.get(url).status_code == 404


def test_what_is_kept_there_is_encrypted_and_open_to_nobody(world, bucket):
    evidence = attach_photo(make_inspection(world), by=world.inspector)
    kept = bucket.Object(evidence.file.name)
    assert kept.server_side_encryption == "AES256" and kept.cache_control == "private, no-store"
    everybody = "http://acs.amazonaws.com/groups/global/AllUsers"
    assert everybody not in str(kept.Acl().grants)
    with pytest.raises(ValueError, match="views only"):
        evidence.file.url  # noqa: B018


def test_the_file_of_a_job_goes_there_and_back(client, world, bucket, monkeypatch):
    def write(progress):
        with progress.write("名单.csv") as path:
            path.write_text("one\n")

    monkeypatch.setitem(
        jobs.WORKS, "test_work", jobs.Work("test_work", "a test", "inspections.view_inspection", write, True)
    )
    job = jobs.start("test_work", by=world.inspector, campaign=world.campaign, parameters={})
    jobs.perform(job.pk, job.task_id)
    job = Job.objects.get()
    assert [job.result.name] == names(bucket) and NAME.fullmatch(job.result.name)
    client.force_login(world.inspector)
    response = client.get(reverse("job_file", args=[job.pk]))
    assert content(response) == b"one\n"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E5%90%8D%E5%8D%95.csv"
    job.expire()
    assert names(bucket) == []


@pytest.mark.parametrize("at_once", [0, 1 << 20], ids=["in the background", "at once"])
def test_a_list_goes_there_and_is_read_from_there(client, world, bucket, settings, at_once):
    settings.IMPORT_AT_ONCE_BYTES = at_once
    client.force_login(world.clerk)
    file = SimpleUploadedFile("名单.xlsx", book("entities", entity(1)))
    assert client.post("/imports/", {"kind": "entities", "file": file}).status_code == 302
    source = Import.objects.get()
    for verb in ("", "import_apply"):
        if verb:
            client.post(reverse(verb, args=[source.pk]))
        for job in Job.objects.filter(status="queued"):
            jobs.perform(job.pk, job.task_id)
    assert new_shops().count() == 1
    assert names(bucket) == [source.file.name] and NAME.fullmatch(source.file.name)
    file.seek(0)
    response = client.get(reverse("import_file", args=[source.pk]))
    assert content(response) == file.read() and response["Content-Disposition"].startswith("attachment;")


def test_a_form_goes_there_and_is_shown_from_there(client, world, bucket):
    form = make_form(world)
    assert names(bucket) == [form.file.name] and NAME.fullmatch(form.file.name)
    client.force_login(world.manager)
    assert client.get(form.get_absolute_url()).status_code == 200


def test_a_file_that_is_missing_there_is_told_in_words(client, world, bucket):
    evidence, form = attach_photo(make_inspection(world), by=world.inspector), make_form(world)
    bucket.objects.all().delete()
    client.force_login(world.manager)
    client.cookies["django_language"] = "en"
    for url in (evidence.get_absolute_url(), evidence.thumbnail_url, form.get_absolute_url()):
        response = client.get(url)
        assert response.status_code == 404
        assert "its file is missing from the storage" in response.content.decode()


def test_what_is_missing_there_is_missing_as_on_a_disk(bucket):
    storage = storages["default"]
    for ask in (storage.open, storage.size, storage.get_modified_time):
        with pytest.raises(FileNotFoundError):
            ask("evidence/none.jpg")


@pytest.fixture
def store_away(bucket, declared, settings):
    """From here on nobody answers at the address of the store."""

    def leave():
        away = declared | {"OPTIONS": declared["OPTIONS"] | {"endpoint_url": "http://127.0.0.1:9"}}
        settings.STORAGES = settings.STORAGES | {"default": away}

    return leave


def test_a_store_that_gives_no_answer_is_told_in_words(client, world, bucket, store_away):
    evidence = attach_photo(make_inspection(world), by=world.inspector)
    client.force_login(world.inspector)
    client.cookies["django_language"] = "en"
    store_away()
    response = client.get(evidence.get_absolute_url())
    assert response.status_code == 503
    assert "gives no answer" in response.content.decode()
    assert "127.0.0.1:9" not in response.content.decode()


def test_when_the_store_gives_no_answer_nothing_is_written_and_the_form_keeps_what_was_typed(
    client, world, bucket, store_away
):
    hazard = make_hazard(world)
    client.force_login(world.manager)
    client.cookies["django_language"] = "en"
    store_away()
    sent = {"way": "hand_over", "department": "fire", "note": "回执1号", "scans": [make_photo()]}
    response = client.post(reverse("hazard_close", args=[hazard.pk]), sent)
    assert response.status_code == 422
    page = response.content.decode()
    assert "nothing was written: try again later" in page and "回执1号" in page
    hazard.refresh_from_db()
    assert (hazard.status, Evidence.objects.count()) == ("open", 0)


def test_one_bucket_that_is_not_there_is_no_missing_file(world, bucket, settings, declared):
    evidence = attach_photo(make_inspection(world), by=world.inspector)
    other = declared | {"OPTIONS": declared["OPTIONS"] | {"bucket_name": "elsewhere"}}
    settings.STORAGES = settings.STORAGES | {"default": other}
    with pytest.raises(ValidationError):
        attach_photo(make_inspection(world), by=world.inspector)
    assert not storages["default"].exists(evidence.file.name)


def test_what_no_row_names_is_swept_there_too(world, bucket, capsys):
    evidence = attach_photo(make_inspection(world), by=world.inspector)
    lost = f"evidence/{'ab' * 16}.jpg"
    for name in (lost, "backups/monday.dump", "evidence/readme.txt"):
        bucket.put_object(Key=name, Body=b"x")
    call_command("sweep_files", "--hours", "0", "--delete")
    assert lost in capsys.readouterr().out
    left = {evidence.file.name, evidence.thumbnail.name, "backups/monday.dump", "evidence/readme.txt"}
    assert set(names(bucket)) == left


def test_no_code_asks_where_on_a_disk_a_stored_file_is():
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for app in ("entities", "inspections", "reports", "yongzhou_ebike")
        for path in (ROOT / app).rglob("*.py")
        for line in path.read_text().splitlines()
        if re.search(r"\b(file|result|thumbnail|storage|default_storage)\.path\b|MEDIA_(ROOT|URL)", line)
        and path.name != "settings.py"
    ]
    assert found == []
