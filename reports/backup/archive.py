"""Write an archive, read it over, and restore it into an empty place."""

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext

from reports.backup import database, files, manifest
from reports.backup.parts import PartsWriter, chunks_of, parts_of
from reports.backup.sealed import SealedReader, SealedWriter, Unreadable

DATABASE, MANIFEST, FILES = "database", "manifest.json", "files/"
SUFFIX = ".backup"


class Refused(Exception):
    """The archive may not be restored here, with the reason; nothing was changed."""


def write(folder: Path, secret: str) -> Path:
    """Write an archive of database and files, read it over, and give it its name only then; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"campaign-{timezone.now():%Y%m%dT%H%M%S%fZ}{SUFFIX}"
    unfinished = path.with_suffix(".unfinished")
    try:
        unfinished.touch(mode=0o600, exist_ok=False)
        with unfinished.open("wb") as file:
            parts = PartsWriter(SealedWriter(file, secret))
            _write_parts(parts)
            file.flush()
            os.fsync(file.fileno())
        verify(unfinished, secret)
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def _write_parts(parts):
    # The database first, the files after it: a file is stored before its row is committed, and evidence is never
    # deleted. So every file that a row of this dump names is there when the files are read, whoever works meanwhile.
    with database.one_moment() as dump:
        told = manifest.description()
        parts.write(DATABASE, dump())
    for name in files.stored_names():
        try:
            file = default_storage.open(name)
        except FileNotFoundError:
            continue  # the result of a job whose time was over
        with file:
            parts.write(FILES + name, chunks_of(file))
    told["parts"] = dict(parts.written)
    parts.write(MANIFEST, [json.dumps(told, ensure_ascii=False).encode()])
    parts.close()


def verify(path: Path, secret: str) -> dict:
    """The manifest, once every byte was read and agrees with it; raises Unreadable."""
    with path.open("rb") as file:
        found, told = {}, None
        for part in parts_of(SealedReader(file, secret)):
            if part.name == MANIFEST:
                told = json.loads(b"".join(part.chunks()))
            else:
                part.skip()
                found[part.name] = {"sha256": part.sha256, "size": part.size}
    if told is None or told["parts"] != found or DATABASE not in found:
        raise Unreadable(gettext("The parts of the archive are not those of its manifest."))
    return told


def rotate(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest archives; returns those that went."""
    old = sorted(folder.glob(f"campaign-*{SUFFIX}"))[:-keep]
    for path in old:
        path.unlink()
    return old


@dataclass(frozen=True)
class Compared:
    """One line of what was compared after a restore."""

    what: str
    written: object
    found: object

    @property
    def agrees(self) -> bool:
        return self.written == self.found


def restore(path: Path, secret: str) -> list[Compared]:
    """Bring the archive back and compare what came back with what it tells.

    Raises Unreadable or Refused before anything is changed, and DatabaseFailed with the database unchanged.
    """
    told = verify(path, secret)
    refuse_unless_restorable(told)
    # Files first, as they were when they were new: no row is ever seen without its file.
    with path.open("rb") as file:
        for part in parts_of(SealedReader(file, secret)):
            if part.name.startswith(FILES):
                _store(part)
    with path.open("rb") as file:
        for part in parts_of(SealedReader(file, secret)):
            if part.name == DATABASE:
                database.load(part.chunks())
                break
    return list(compared(told))


def refuse_unless_restorable(told):
    """Raise Refused unless the place is empty and this version reads that database."""
    if told["engine"] != connection.vendor:
        raise Refused(
            gettext("The archive holds a database of %(theirs)s, this one is %(ours)s.")
            % {"theirs": told["engine"], "ours": connection.vendor}
        )
    if manifest.known_migrations() != set(told["migrations"]):
        raise Refused(
            gettext(
                "The archive was written by version %(version)s, which has other migrations: restore it with that version, then upgrade."
            )
            % {"version": told["version"]}
        )
    if not database.is_empty():
        raise Refused(gettext("The database holds records: an archive is restored into an empty one only."))
    different = [
        name
        for part, was in told["parts"].items()
        if part.startswith(FILES)
        and default_storage.exists(name := part.removeprefix(FILES))
        and files.sha256_of(name) != was["sha256"]
    ]
    if different:
        raise Refused(
            gettext("Other files are stored under the names of these: %(names)s") % {"names": ", ".join(different[:5])}
        )


def _store(part):
    name = part.name.removeprefix(FILES)
    if default_storage.exists(name):
        return  # the same content, as was seen before
    with tempfile.TemporaryFile() as temporary:
        for chunk in part.chunks():
            temporary.write(chunk)
        temporary.seek(0)
        files.store(name, temporary)


def compared(told):
    """Each table's rows, each campaign's figures and each file's hash: as written and as found here."""
    rows = database.row_counts()
    for table in sorted(told["rows"].keys() | rows.keys()):
        yield Compared(table, told["rows"].get(table), rows.get(table))
    figures = manifest.figures(manifest.day_of(told))
    for code in sorted(told["figures"].keys() | figures.keys()):
        was, now = told["figures"].get(code, {}), figures.get(code, {})
        for key in sorted(was.keys() | now.keys()):
            yield Compared(f"{code} {key}", was.get(key), now.get(key))
    for part, was in told["parts"].items():
        if part.startswith(FILES):
            name = part.removeprefix(FILES)
            yield Compared(name, was["sha256"], files.sha256_of(name))
