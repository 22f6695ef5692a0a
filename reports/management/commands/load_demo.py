"""Write the demonstration campaign and print its accounts."""

import os

from django.core.management.base import BaseCommand
from django.db import transaction

from entities.models import Officer
from inspections.demo import ACCOUNTS, load_campaign
from reports.cells.refresh import refresh_all
from reports.demo import load_reported

DEFAULT_PASSWORD = "yongzhou-demo-2024"


class Command(BaseCommand):
    help = "Write the synthetic demonstration campaign to an empty database; a second time it changes nothing."

    def handle(self, *args, **options):
        password = os.environ.get("DEMO_PASSWORD", DEFAULT_PASSWORD)
        with transaction.atomic():
            written = load_campaign(password)
            if written:
                load_reported()
                refresh_all()
        if options["verbosity"]:
            state = "is in place" if written else "was there; nothing was changed"
            self.stdout.write(self.style.SUCCESS(f"The demonstration campaign {state}."))
            self._print_accounts(password)

    def _print_accounts(self, password):
        """The accounts as they are now: a password that somebody changed since is not the one shown."""
        self.stdout.write(f"  Accounts, all with the password {password}")
        same = {}  # asked once for each hash, since hashing is slow by design
        for officer in sorted(
            Officer.objects.filter(username__in=ACCOUNTS).select_related("unit"),
            key=lambda officer: list(ACCOUNTS).index(officer.username),
        ):
            if officer.password not in same:
                same[officer.password] = officer.check_password(password)
            changed = "" if same[officer.password] else "  (its password is another one by now)"
            self.stdout.write(f"    {officer.username:12} {officer.role:14} {officer.unit}{changed}")
