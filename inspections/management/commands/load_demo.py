"""Write the demonstration campaign and print its accounts."""

import os

from django.core.management.base import BaseCommand

from inspections.demo import ACCOUNTS, load_campaign

DEFAULT_PASSWORD = "yongzhou-demo-2024"


class Command(BaseCommand):
    help = "Write the synthetic demonstration campaign to an empty database; a second time it changes nothing."

    def handle(self, *args, **options):
        password = os.environ.get("DEMO_PASSWORD", DEFAULT_PASSWORD)
        written = load_campaign(password)
        if options["verbosity"]:
            state = (
                "The demonstration campaign is in place."
                if written
                else "The demonstration campaign was there; nothing was changed."
            )
            self.stdout.write(self.style.SUCCESS(state))
            self.stdout.write(f"  Accounts, password {password} (DEMO_PASSWORD of the first run):")
            for username, (role, _unit, _certified) in ACCOUNTS.items():
                self.stdout.write(f"    {username:12} {role}")
