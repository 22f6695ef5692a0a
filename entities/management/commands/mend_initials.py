"""Write pinyin initials anew after names were changed by hand in the database; all other ways keep them by themselves."""

from django.core.management.base import BaseCommand

from entities.models import Entity


class Command(BaseCommand):
    help = "Write pinyin initials anew after names were changed by hand in the database."

    def handle(self, **options):
        self.stdout.write(str(Entity.objects.mend_initials()))
