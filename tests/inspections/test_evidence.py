"""Photos and documents are served to those who see their record, and to nobody else."""

import hashlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from inspections.models import Evidence
from tests.factories import attach_photo, make_hazard, make_inspection, make_photo

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def photo(world):
    return attach_photo(make_inspection(world), by=world.inspector)


def content(response):
    return b"".join(response.streaming_content)


def test_a_photo_is_shown_in_the_page_as_what_it_is_and_nothing_else(client, world, photo):
    client.force_login(world.inspector)
    response = client.get(photo.get_absolute_url())
    assert hashlib.sha256(content(response)).hexdigest() == photo.sha256
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"] == 'inline; filename="photo.jpg"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("name", ["evidence", "evidence_thumb"])
def test_only_the_browser_of_its_officer_keeps_a_file_and_asks_no_more_for_it(client, world, photo, name):
    client.force_login(world.inspector)
    response = client.get(reverse(name, args=[photo.pk]))
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"


def test_lists_show_the_small_picture(client, world):
    photo = Evidence.attach(make_inspection(world), make_photo(size=(1200, 900)), by=world.inspector)
    client.force_login(world.inspector)
    response = client.get(photo.thumbnail_url)
    small = content(response)
    with Image.open(BytesIO(small)) as image:
        assert (image.format, image.size) == ("JPEG", (320, 240))
    assert len(small) < photo.size
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"] == 'inline; filename="photo.jpg"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_document_has_no_small_picture(client, world):
    document = Evidence.attach(make_inspection(world), SimpleUploadedFile("a.pdf", PDF), by=world.inspector)
    client.force_login(world.inspector)
    assert document.thumbnail_url == document.get_absolute_url()
    assert client.get(reverse("evidence_thumb", args=[document.pk])).status_code == 404


def test_a_document_is_a_download_under_its_own_name(client, world):
    upload = SimpleUploadedFile("责改〔2024〕1号.pdf", PDF)
    document = Evidence.attach(make_inspection(world), upload, by=world.inspector)
    client.force_login(world.inspector)
    response = client.get(document.get_absolute_url())
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E8%B4%A3%E6%94%B9")


def test_a_misleading_name_is_made_harmless(client, world, photo):
    photo.original_name = 'bill".exe\r\nSet-Cookie: a=b.html'
    photo.store(by=world.inspector)
    client.force_login(world.inspector)
    disposition = client.get(photo.get_absolute_url())["Content-Disposition"]
    assert "\n" not in disposition
    assert disposition.endswith('.jpg"')


@pytest.mark.parametrize("name", ["evidence", "evidence_thumb"])
def test_other_counties_get_404(client, world, photo, name):
    client.force_login(world.stranger)
    assert client.get(reverse(name, args=[photo.pk])).status_code == 404


def test_the_photo_of_a_hazard_follows_the_hazard(client, world):
    photo = attach_photo(make_hazard(world), by=world.inspector)
    for officer, status in [(world.clerk, 200), (world.leader, 200), (world.stranger, 404)]:
        client.force_login(officer)
        assert client.get(photo.get_absolute_url()).status_code == status


@pytest.mark.parametrize("name", ["evidence", "evidence_thumb"])
def test_a_visitor_is_sent_to_the_login(client, photo, name):
    answer = client.get(reverse(name, args=[photo.pk]))
    assert answer.status_code == 302
    assert answer.url.startswith("/login/")


def test_a_file_that_is_gone_is_404_and_nothing_is_changed_by_it(client, world, photo):
    for storage, name in photo.files():
        storage.delete(name)
    client.force_login(world.inspector)
    assert client.get(photo.get_absolute_url()).status_code == 404
    assert client.get(photo.thumbnail_url).status_code == 404
    assert client.get(reverse("evidence", args=[photo.pk + 1])).status_code == 404
    assert client.post(photo.get_absolute_url()).status_code == 405
