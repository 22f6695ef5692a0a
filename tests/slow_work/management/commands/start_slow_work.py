from django.core.management.base import BaseCommand

from entities.models import Officer
from reports.jobs import start


class Command(BaseCommand):
    help = "Start the slow work, as the only officer there is."

    def add_arguments(self, parser):
        parser.add_argument("begun")
        parser.add_argument("go_on")

    def handle(self, begun, go_on, **options):
        officer = Officer.objects.create_superuser("chief", password=None, name="Chief")
        start("slow_work", by=officer, campaign=None, parameters={"begun": begun, "go_on": go_on})
