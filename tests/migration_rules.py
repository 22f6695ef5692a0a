"""Hold new migrations to docs/migrations.md, by the SQL that PostgreSQL would run: `python -m tests.migration_rules`.

Started beside a PostgreSQL of its own (tests/postgres.py), since SQLite writes other statements.
"""

import os
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ["entities", "inspections", "reports"]


def released() -> list[str]:
    """The migrations that are at sites already, so that nobody may change them any more; they are not judged."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["migrations"]["released"]


def judged(skip=()):
    """The linter after it has judged every migration of ours but those of these names; it prints what is wrong."""
    from django_migration_linter import MigrationLinter

    linter = MigrationLinter(
        str(ROOT), ignore_name=list(skip), include_apps=APPS, no_cache=True, analyser_string="postgresql",
        quiet=["ok", "ignore", "warning"],
    )  # fmt: skip
    linter.lint_all_migrations()
    return linter


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yongzhou_ebike.settings")
    os.environ.setdefault("SECRET_KEY", "only to read migrations")
    django.setup()
    if judged(skip=released()).has_errors:
        sys.exit("Old and new version could not run side by side: docs/migrations.md says how to split these changes.")
