from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from reports.backup import archive
from reports.backup.database import DatabaseFailed
from reports.backup.sealed import Unreadable
from reports.management.commands.backup import backup_key


class Command(BaseCommand):
    help = "Restore an archive of `backup` into an empty database, and compare what came back with what was written."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--into-empty", action="store_true", required=True,
            help="say that the database is empty; one with records in it is refused all the same",
        )  # fmt: skip

    def handle(self, *args, file, **options):
        try:
            lines = archive.restore(file, backup_key())
        except FileNotFoundError as error:
            raise CommandError(gettext("There is no file %(path)s.") % {"path": error.filename}) from error
        except (Unreadable, archive.Refused, DatabaseFailed) as error:
            raise CommandError(str(error)) from error
        for line in lines:
            mark = "=" if line.agrees else "≠"
            self.stdout.write(f"{mark} {line.what:50} {line.written}" + ("" if line.agrees else f" → {line.found}"))
        differ = [line.what for line in lines if not line.agrees]
        if differ:
            raise CommandError(gettext("Restored, but these differ: %(names)s") % {"names": ", ".join(differ)})
        self.stdout.write(
            self.style.SUCCESS(gettext("Restored: all %(number)s comparisons agree.") % {"number": len(lines)})
        )
