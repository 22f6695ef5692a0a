"""Write the reference data: regions, departments, units, roles, checklists, causes, deadlines, holidays."""

from django.core.management.base import BaseCommand
from django.db import transaction

from entities.reference import load_who_and_where
from inspections.reference import load_what_to_check


class Command(BaseCommand):
    help = "Write regions, departments, units, roles, checklists, causes, deadlines and holidays; safe to repeat."

    @transaction.atomic
    def handle(self, *args, **options):
        load_who_and_where()
        load_what_to_check()
        if options["verbosity"]:
            self.stdout.write(self.style.SUCCESS("The reference data are in place."))
