"""Write a synthetic campaign of a city's, a province's or the nation's size and print its accounts."""

import os

from django.core.management.base import BaseCommand

from reports.management.commands.load_demo import DEFAULT_PASSWORD
from reports.scale import SIZES, load_scale


class Command(BaseCommand):
    help = "Write a synthetic campaign of that size to an empty database (after `migrate` and nothing else), to measure on."

    def add_arguments(self, parser):
        parser.add_argument("size", choices=list(SIZES))

    def handle(self, *args, **options):
        password = os.environ.get("DEMO_PASSWORD", DEFAULT_PASSWORD)

        def tell(text):
            if options["verbosity"]:
                self.stdout.write(f"  {text}")

        accounts = load_scale(SIZES[options["size"]], password, tell=tell)
        if options["verbosity"]:
            self.stdout.write(self.style.SUCCESS(f"The campaign of the size of a {options['size']} is in place."))
            self.stdout.write(f"  It stands at DEMO_TODAY=2025-01-20. Accounts, all with the password {password}")
            for officer in accounts:
                self.stdout.write(f"    {officer.username:24} {officer.unit}")
