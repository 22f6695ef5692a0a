"""Places that an archive is written from and restored to: a database and a folder of files of their own."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = "only for tests: a long backup key"


class Place:
    """An empty database of the engine that this run is about, and a folder; commands run on them."""

    def __init__(self, folder: Path, name: str):
        self.folder, self.media = folder, folder / f"{name}-media"
        server = os.environ.get("DATABASE_URL", "")
        self.on_postgresql = server.startswith("postgres")
        if self.on_postgresql:
            name = f"{name}_{os.getpid()}"
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            self.url = f"{server.rpartition('/')[0]}/{name}"
        else:
            self.database = folder / f"{name}.sqlite3"
            self.url = f"sqlite:///{self.database}"

    def manage(self, *words, **environment):
        """What the command said and its exit code."""
        told = {
            "DATABASE_URL": self.url, "MEDIA_ROOT": str(self.media), "BACKUP_KEY": KEY, "DEMO_TODAY": "2025-01-20",
            "DJANGO_SETTINGS_MODULE": "tests.operations.settings",
        }  # fmt: skip
        command = [sys.executable, str(ROOT / "manage.py"), *map(str, words)]
        return subprocess.run(
            command, env=os.environ | told | environment, cwd=ROOT, capture_output=True, text=True, check=False
        )

    def succeed(self, *words, **environment) -> str:
        done = self.manage(*words, **environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _connect(self):
        return psycopg.connect(self.url) if self.on_postgresql else sqlite3.connect(self.database)

    def tables(self) -> dict[str, list]:
        """Every row of every table, in an order that does not depend on how they are kept."""
        names = (
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            if self.on_postgresql
            else "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        with closing(self._connect()) as connection:
            tables = [name for (name,) in connection.execute(names).fetchall()]
            return {
                table: sorted(map(repr, connection.execute(f'SELECT * FROM "{table}"').fetchall())) for table in tables
            }

    def change(self, statement):
        with closing(self._connect()) as connection:
            connection.execute(statement)
            connection.commit()

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.media)): path.read_bytes() for path in self.media.rglob("*") if path.is_file()
        }
