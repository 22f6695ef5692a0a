"""Evidence as a record: what is kept with it, and who sees it."""

import errno
import hashlib
import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import translation

from inspections.models import Evidence
from inspections.models.evidence import files_as_written
from inspections.workflow import add_photo, discard_draft
from tests.factories import attach_photo, make_hazard, make_inspection, make_photo

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def test_the_file_is_kept_with_its_digest_size_and_kind(world):
    upload = make_photo()
    evidence = Evidence.attach(make_inspection(world), upload, by=world.inspector, caption="门头")
    evidence.refresh_from_db()
    with evidence.file.open() as kept:
        content = kept.read()
    assert evidence.sha256 == hashlib.sha256(content).hexdigest() and evidence.size == len(content)
    upload.seek(0)
    assert evidence.original_sha256 == hashlib.sha256(upload.read()).hexdigest() != evidence.sha256
    assert (evidence.media_type, evidence.original_name, evidence.caption) == ("image/jpeg", "photo.png", "门头")
    assert evidence.is_photo and list(Evidence.objects.photos()) == [evidence]


def test_a_document_is_kept_as_it_came(world):
    evidence = Evidence.attach(make_inspection(world), SimpleUploadedFile("回执.pdf", PDF), by=world.inspector)
    with evidence.file.open() as kept:
        assert kept.read() == PDF
    assert evidence.sha256 == evidence.original_sha256 == hashlib.sha256(PDF).hexdigest()
    assert (evidence.media_type, evidence.size, evidence.thumbnail.name) == ("application/pdf", len(PDF), "")


@pytest.mark.parametrize("part", [b"/JavaScript (app.alert(1))", b"/Launch /F (cmd.exe)", b"/EmbeddedFile"])
def test_a_document_that_does_or_carries_more_than_its_pages_is_refused(world, part):
    upload = SimpleUploadedFile("回执.pdf", PDF.replace(b"/Catalog", b"/Catalog" + part))
    with translation.override("en"), pytest.raises(ValidationError, match="carries a program or another file"):
        Evidence.attach(make_inspection(world), upload, by=world.inspector)
    assert not Evidence.objects.exists()


def test_the_stored_names_tell_nothing_of_the_upload(world):
    evidence = attach_photo(make_inspection(world), by=world.inspector)
    names = [name for _storage, name in evidence.files()]
    assert len(set(names)) == 2
    for name in names:
        assert re.fullmatch(r"evidence/[0-9a-f]{32}\.jpg", name)


def stored():
    folder = Path(default_storage.path("evidence"))
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


@pytest.mark.parametrize("fails_at", [1, 2])
def test_a_full_disk_leaves_no_record_and_no_piece_of_a_file(world, monkeypatch, fails_at):
    visit, before, calls = make_inspection(world), stored(), []

    def save_half(storage, name, content, max_length=None):
        calls.append(name)
        whole = content.read()
        path = Path(storage.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        if len(calls) == fails_at:
            path.write_bytes(whole[:100])
            raise OSError(errno.ENOSPC, "No space left on device")
        path.write_bytes(whole)
        return name

    monkeypatch.setattr(FileSystemStorage, "save", save_half)
    with translation.override("en"), pytest.raises(ValidationError, match="The storage is full"):
        attach_photo(visit, by=world.inspector)
    assert len(calls) == fails_at
    assert stored() == before
    assert not Evidence.objects.exists()


def test_a_refused_record_leaves_no_file(world):
    visit, before = make_inspection(world), stored()
    with pytest.raises(ValidationError):
        attach_photo(visit, by=world.inspector, caption="很" * 201)
    assert stored() == before


def test_files_of_evidence_go_with_its_rows_when_a_later_step_fails(world):
    visit, before = make_inspection(world), stored()
    with pytest.raises(RuntimeError), transaction.atomic(), files_as_written() as written:
        written.append(attach_photo(visit, by=world.inspector))
        assert len(stored() - before) == 2
        raise RuntimeError
    assert stored() == before
    assert not Evidence.objects.exists()


def test_a_draft_that_is_thrown_away_takes_photo_and_thumbnail_with_it(world, django_capture_on_commit_callbacks):
    draft, before = make_inspection(world, submitted=False), stored()
    attach_photo(draft, by=world.inspector)
    assert len(stored() - before) == 2
    with django_capture_on_commit_callbacks(execute=True):
        discard_draft(draft, by=world.inspector)
    assert stored() == before
    assert not Evidence.objects.exists()


def test_a_draft_that_was_thrown_away_in_another_window_is_refused_in_words(world):
    draft = make_inspection(world, submitted=False)
    discard_draft(type(draft).objects.get(pk=draft.pk), by=world.inspector)
    with pytest.raises(ValidationError, match="已被丢弃"):
        draft.lock()
    with pytest.raises(ValidationError, match="已被丢弃"):
        draft.store(by=world.inspector)


def test_a_photo_that_the_phone_made_smaller_and_sends_again_is_kept_once(world):
    draft = make_inspection(world, submitted=False)
    original = {"sha256": "ab" * 32}
    first = add_photo(draft, "visit", make_photo(), by=world.inspector, original=original)
    assert add_photo(draft, "visit", make_photo(colour="red"), by=world.inspector, original=original) == first
    assert Evidence.objects.count() == 1


def test_a_hash_that_is_none_makes_no_two_photos_one(world):
    draft = make_inspection(world, submitted=False)
    for colour in ("red", "green"):
        add_photo(draft, "visit", make_photo(colour=colour), by=world.inspector, original={"sha256": "none"})
    assert Evidence.objects.count() == 2


def test_evidence_belongs_to_the_place_of_its_record(world):
    hazard = make_hazard(world)
    evidence = attach_photo(hazard, by=world.administrator)
    assert (evidence.owner, evidence.region, evidence.campaign) == (hazard, world.county, world.campaign)
    assert list(hazard.evidence.all()) == [evidence]


def test_evidence_is_seen_by_those_who_see_its_record(world):
    evidence = attach_photo(make_hazard(world), by=world.inspector)
    for name in ("inspector", "second", "manager", "clerk", "leader", "discipline", "administrator"):
        assert evidence in Evidence.objects.visible_to(getattr(world, name)), name
    for name in ("stranger", "stranger2", "firefighter"):
        assert evidence not in Evidence.objects.visible_to(getattr(world, name)), name


def test_evidence_goes_with_a_hazard_that_is_handed_over(world):
    hazard = make_hazard(world)
    evidence = attach_photo(hazard, by=world.inspector)
    hazard.hand_over(by=world.manager, department=world.fire, receipt="回执1号")
    assert evidence in Evidence.objects.visible_to(world.firefighter)
