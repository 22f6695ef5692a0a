from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from reports.backup import archive
from reports.backup.database import DatabaseFailed
from reports.backup.sealed import LEAST_KEY, Unreadable


class Command(BaseCommand):
    help = "Write database and stored files to one encrypted archive and read it over; or read one over."

    def add_arguments(self, parser):
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("folder", nargs="?", type=Path, help="where the archive is written")
        where.add_argument("--verify", type=Path, metavar="FILE", help="read an archive over instead of writing one")
        parser.add_argument(
            "--keep", type=int, metavar="N", help="then delete all but the newest N archives of the folder"
        )

    def handle(self, *args, folder, verify, keep, **options):
        if keep is not None and keep < 1:
            raise CommandError(gettext("Keep one archive at least."))
        secret = backup_key()
        try:
            path = verify or archive.write(folder, secret)
            told = archive.verify(path, secret) if verify else None
        except FileNotFoundError as error:
            raise CommandError(gettext("There is no file %(path)s.") % {"path": error.filename}) from error
        except (Unreadable, DatabaseFailed) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(path))
        if told:
            self.stdout.write(
                gettext("Every byte is as it was written: version %(version)s, %(at)s, %(rows)s rows, %(files)s files.")
                % {
                    "version": told["version"], "at": told["written_at"], "rows": sum(told["rows"].values()),
                    "files": len(told["parts"]) - 1,
                }
            )  # fmt: skip
        elif keep:
            for old in archive.rotate(folder, keep):
                self.stdout.write(gettext("Deleted: %(path)s") % {"path": old})


def backup_key() -> str:
    """BACKUP_KEY; raises CommandError when it is missing or could be guessed."""
    if len(settings.BACKUP_KEY) < LEAST_KEY:
        raise CommandError(gettext("Set BACKUP_KEY to %(least)s characters or more.") % {"least": LEAST_KEY})
    return settings.BACKUP_KEY
