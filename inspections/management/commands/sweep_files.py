from datetime import timedelta

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand
from django.utils import timezone

from inspections.uploads.orphans import orphans


class Command(BaseCommand):
    help = "Name the stored files, older than a day, that no row names: left when a transaction failed. Delete them with --delete."

    def add_arguments(self, parser):
        parser.add_argument("--delete", action="store_true", help="delete them")
        parser.add_argument("--hours", type=int, default=24, help="how old they are at least (default: 24)")

    def handle(self, *, delete, hours, **options):
        count = 0
        for name in orphans(before=timezone.now() - timedelta(hours=hours)):
            if delete:
                default_storage.delete(name)
            self.stdout.write(name)
            count += 1
        self.stdout.write(f"{count} deleted." if delete else f"{count} would be deleted with --delete.")
