from django.core.management.base import BaseCommand

from reports.jobs import sweep


class Command(BaseCommand):
    help = "Begin again, or end, the background jobs whose worker died; delete the files whose time is over."

    def handle(self, **options):
        sweep()
