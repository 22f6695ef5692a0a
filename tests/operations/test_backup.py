"""Backup and restore, as an administrator does them: whole, verified, into an empty place only."""

import json
import shutil
import stat

import pytest
from django.conf import settings

from reports.backup import archive as archives
from reports.backup.archive import Refused, refuse_unless_restorable
from tests.operations.places import KEY, Place

# One worker makes the places, for all of these tests.
pytestmark = [pytest.mark.xdist_group("backup"), pytest.mark.own_places]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("backup")


@pytest.fixture(scope="module")
def source(folder):
    """The demonstration campaign, with its evidence."""
    place = Place(folder, "source")
    place.succeed("migrate", "--run-syncdb", "--verbosity", "0")
    place.succeed("load_demo")
    return place


@pytest.fixture(scope="module")
def archive(source, folder):
    path = source.succeed("backup", folder / "archives").strip()
    return folder / "archives" / path.rpartition("/")[2]


@pytest.fixture(scope="module")
def migrated(folder):
    """An empty place with tables, as `migrate` leaves it."""
    place = Place(folder, "migrated")
    place.succeed("migrate", "--run-syncdb", "--verbosity", "0")
    return place


def figures(place):
    return json.loads(place.succeed("figures", "YZ-EBIKE-2024", "--format", "json"))["figures"]


def refused(place, path, **environment):
    """What the command says; the place is as it was before."""
    before = place.tables(), place.files()
    done = place.manage("restore", "--into-empty", path, **environment)
    assert done.returncode == 1
    assert (place.tables(), place.files()) == before
    return done.stderr


def test_everything_comes_back_into_an_empty_place(source, archive, folder):
    target = Place(folder, "target")
    said = target.succeed("restore", "--into-empty", archive)
    assert target.tables() == source.tables()
    assert target.files() == source.files()
    assert len(source.files()) > 5 and len(source.tables()["entities_entity"]) > 50
    assert figures(target) == figures(source)
    assert "= entities_entity" in said and "= YZ-EBIKE-2024 inspections" in said and "≠" not in said
    again = refused(target, archive)
    assert "holds records" in again


def test_the_tables_that_migrate_made_are_exchanged_for_those_of_the_archive(source, archive, folder):
    target = Place(folder, "prepared")
    target.succeed("migrate", "--run-syncdb", "--verbosity", "0")
    target.succeed("restore", "--into-empty", archive)
    assert target.tables() == source.tables()


def test_an_archive_is_for_its_owner_only_and_nothing_is_left_beside_it(archive):
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]


def test_one_altered_byte_changes_nothing_but_the_mind(migrated, archive, tmp_path):
    altered = bytearray(archive.read_bytes())
    altered[len(altered) // 2] ^= 1
    path = tmp_path / archive.name
    path.write_bytes(altered)
    assert "altered" in refused(migrated, path)
    assert migrated.manage("backup", "--verify", path).returncode == 1


def test_half_an_archive_changes_nothing(migrated, archive, tmp_path):
    path = tmp_path / archive.name
    path.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    assert "cut off" in refused(migrated, path)


def test_with_another_key_nothing_is_read(migrated, archive):
    assert "BACKUP_KEY" in refused(migrated, archive, BACKUP_KEY=KEY[::-1])


def test_a_key_that_could_be_guessed_is_refused(migrated, archive):
    assert "20" in refused(migrated, archive, BACKUP_KEY="short")


def test_other_files_under_the_same_names_are_not_overwritten(migrated, source, archive):
    name = next(name for name in source.files() if name.startswith("evidence/"))
    (migrated.media / "evidence").mkdir(parents=True)
    (migrated.media / name).write_bytes(b"something else")
    assert name in refused(migrated, archive)
    shutil.rmtree(migrated.media)


def test_verify_says_what_is_in_it(source, archive):
    said = source.succeed("backup", "--verify", archive)
    assert f"{sum(map(len, source.tables().values()))} rows" in said
    assert f"{len(source.files())} files" in said


def test_only_the_newest_are_kept(source, folder):
    kept = folder / "kept"
    for _day in range(3):
        source.succeed("backup", kept, "--keep", 2)
    assert len(list(kept.iterdir())) == 2
    newest = sorted(kept.iterdir())[-1]
    assert archives.verify(newest, KEY)["version"] == "0.1.0"


@pytest.fixture
def told():
    return {"engine": settings.DATABASES["default"]["ENGINE"].rpartition(".")[2].replace("sqlite3", "sqlite"),
            "migrations": [], "version": "9.9.9", "parts": {}}  # fmt: skip


def test_an_archive_of_another_version_is_refused_by_name(db, told, monkeypatch):
    monkeypatch.setattr("reports.backup.manifest.known_migrations", lambda: {"reports.0001_initial"})
    with pytest.raises(Refused, match="9.9.9"):
        refuse_unless_restorable(told)


def test_an_archive_of_another_engine_is_refused(db, told):
    with pytest.raises(Refused, match="oracle"):
        refuse_unless_restorable(told | {"engine": "oracle"})


def test_a_database_with_records_is_refused(world, told, monkeypatch):
    monkeypatch.setattr("reports.backup.manifest.known_migrations", set)
    with pytest.raises(Refused):
        refuse_unless_restorable(told)
