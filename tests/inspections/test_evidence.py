"""Photos and documents are served to those who see their record, and to nobody else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

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
    assert content(response) == make_photo().read()
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == 'inline; filename="photo.png"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"].startswith("private")


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
    assert disposition.endswith('.png"')


def test_other_counties_get_404(client, world, photo):
    client.force_login(world.stranger)
    assert client.get(photo.get_absolute_url()).status_code == 404


def test_the_photo_of_a_hazard_follows_the_hazard(client, world):
    photo = attach_photo(make_hazard(world), by=world.inspector)
    for officer, status in [(world.clerk, 200), (world.leader, 200), (world.stranger, 404)]:
        client.force_login(officer)
        assert client.get(photo.get_absolute_url()).status_code == status


def test_a_visitor_is_sent_to_the_login(client, photo):
    answer = client.get(photo.get_absolute_url())
    assert answer.status_code == 302
    assert answer.url.startswith("/login/")


def test_a_file_that_is_gone_is_404_and_nothing_is_changed_by_it(client, world, photo):
    photo.file.storage.delete(photo.file.name)
    client.force_login(world.inspector)
    assert client.get(photo.get_absolute_url()).status_code == 404
    assert client.get(reverse("evidence", args=[photo.pk + 1])).status_code == 404
    assert client.post(photo.get_absolute_url()).status_code == 405
