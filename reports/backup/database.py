"""The database as a stream of bytes and back: pg_dump and pg_restore on PostgreSQL, the online backup on SQLite."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext

from reports.backup.parts import chunks_of

# What `migrate` alone writes: a database with rows in these tables only is still an empty one.
WRITTEN_BY_MIGRATE = {"django_migrations", "django_content_type", "auth_permission", "django_site"}


class DatabaseFailed(Exception):
    """The database or its programs refused, with what they said."""


@contextmanager
def one_moment():
    """Inside, the rows that are counted and the dump that is taken are those of one moment.

    Yields a function that gives the dump's bytes. On PostgreSQL the moment is a snapshot and nobody waits; on SQLite
    writers wait until the copy is made.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute("SELECT pg_export_snapshot()")
                (snapshot,) = cursor.fetchone()
            yield lambda: _pg_dump(snapshot)
        else:
            yield _sqlite_copy


def row_counts() -> dict[str, int]:
    """How many rows each table holds. One query for each table."""
    with connection.cursor() as cursor:
        counts = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            (counts[table],) = cursor.fetchone()
    return counts


def is_empty() -> bool:
    """Whether the database holds no record: no table, or only what `migrate` writes."""
    return not any(count for table, count in row_counts().items() if table not in WRITTEN_BY_MIGRATE)


def load(chunks):
    """Put the dump in the place of an empty database's tables, wholly or not at all; raises DatabaseFailed."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        _pg_restore(chunks)
    else:
        _sqlite_restore(chunks)
    connection.close()


def program(name) -> str:
    """The path of PostgreSQL's newest program of that name: it can read every older server."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise DatabaseFailed(gettext("%(program)s is missing: install the PostgreSQL client.") % {"program": name})
    return path


def _environment() -> dict[str, str]:
    """How to reach the database, in libpq's variables: a password on a command line could be read by anybody."""
    told, options = connection.settings_dict, connection.settings_dict["OPTIONS"]
    reach = {
        "PGHOST": told["HOST"] or options.get("host"),
        "PGPORT": told["PORT"] or options.get("port"),
        "PGUSER": told["USER"],
        "PGPASSWORD": told["PASSWORD"],
        "PGDATABASE": told["NAME"],
        "PGTARGETSESSIONATTRS": options.get("target_session_attrs"),
    } | {f"PG{name.upper()}": options.get(name) for name in ("sslmode", "sslrootcert", "sslcert", "sslkey")}
    return os.environ | {name: str(value) for name, value in reach.items() if value}


def _pg_dump(snapshot):
    command = [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, env=_environment(), stdout=subprocess.PIPE, stderr=said) as dump,
    ):
        yield from chunks_of(dump.stdout)
        if dump.wait():
            said.seek(0)
            raise DatabaseFailed(said.read().decode(errors="replace"))


def _pg_restore(chunks):
    # One transaction: tables left by `migrate` are exchanged for those of the dump, or nothing happens.
    command = [
        program("pg_restore"), "--single-transaction", "--exit-on-error", "--clean", "--if-exists", "--no-owner",
        "--no-privileges", f"--dbname={connection.settings_dict['NAME']}",
    ]  # fmt: skip
    # Its own session waits for our locks otherwise.
    connection.close()
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
        ) as restore,
    ):
        try:
            for chunk in chunks:
                restore.stdin.write(chunk)
            restore.stdin.close()
        except BrokenPipeError:
            pass  # it has given up, and says why
        except BaseException:
            # A dump that ends early must not be committed.
            restore.kill()
            raise
        if restore.wait():
            said.seek(0)
            raise DatabaseFailed(said.read().decode(errors="replace"))


def _sqlite_copy():
    # A second connection, since SQLite copies nothing for the one that holds the lock: it reads while nobody writes.
    source = f"{Path(connection.settings_dict['NAME']).absolute().as_uri()}?mode=ro"
    with tempfile.TemporaryDirectory(prefix="backup-") as folder:
        path = Path(folder) / "copy.sqlite3"
        with closing(sqlite3.connect(source, uri=True)) as live, closing(sqlite3.connect(path)) as copy:
            live.backup(copy)
        with path.open("rb") as file:
            yield from chunks_of(file)


def _sqlite_restore(chunks):
    with tempfile.TemporaryDirectory(prefix="restore-") as folder:
        path = Path(folder) / "copy.sqlite3"
        with path.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
        with closing(sqlite3.connect(path)) as copy:
            copy.backup(connection.connection)
