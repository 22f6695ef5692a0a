"""Files that no row names are found, and deleted only when that is asked for."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from entities.seals import unprotected
from inspections.uploads.orphans import orphans
from tests.factories import attach_photo, make_inspection

LOST = f"evidence/{'0f' * 16}.jpg"


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def lost():
    return default_storage.save(LOST, ContentFile(b"x"))


def swept(*options):
    call_command("sweep_files", *options)


def test_only_what_no_row_names_is_found(world, lost):
    evidence = attach_photo(make_inspection(world), by=world.inspector)
    default_storage.save("evidence/notes.txt", ContentFile(b"x"))
    default_storage.save(f"elsewhere/{'0f' * 16}.jpg", ContentFile(b"x"))
    assert list(orphans(before=timezone.now() + timedelta(seconds=1))) == [lost]
    assert all(storage.exists(name) for storage, name in evidence.files())


def test_a_file_that_was_just_written_may_still_get_its_row(world, lost):
    assert list(orphans(before=timezone.now() - timedelta(hours=1))) == []


def test_what_an_earlier_version_of_a_row_names_is_no_orphan(world):
    evidence = attach_photo(make_inspection(world), by=world.inspector)
    names = {name for _storage, name in evidence.files()}
    type(evidence)._base_manager.filter(pk=evidence.pk)._raw_delete("default")
    assert names.isdisjoint(orphans(before=timezone.now() + timedelta(seconds=1)))
    with unprotected():
        evidence.history.model.objects.all().delete()
    assert names == set(orphans(before=timezone.now() + timedelta(seconds=1)))


def test_the_command_names_first_and_deletes_when_told(world, lost, capsys):
    swept("--hours", "0")
    assert capsys.readouterr().out == f"{LOST}\n1 would be deleted with --delete.\n"
    assert default_storage.exists(lost)
    swept("--delete")
    assert default_storage.exists(lost)  # it is not a day old
    swept("--hours", "0", "--delete")
    assert not default_storage.exists(lost)
