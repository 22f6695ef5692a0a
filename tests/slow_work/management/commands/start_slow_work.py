from django.core.management.base import BaseCommand

from entities.models import Officer, Region
from reports.imports.apply import check, hand_in
from reports.imports.nouns import NOUNS
from reports.jobs import start
from tests.world import build_world, read_world


class Command(BaseCommand):
    help = "Start the slow work, as the only officer there is."

    def add_arguments(self, parser):
        parser.add_argument("begun")
        parser.add_argument("go_on")
        parser.add_argument("--list", action="store_true", help="import a list of two new entities")

    def handle(self, begun, go_on, **options):
        officer = Officer.objects.filter(username="chief").first() or Officer.objects.create_superuser(
            "chief", password=None, name="Chief"
        )
        parameters = {"begun": begun, "go_on": go_on}
        if not options["list"]:
            start("slow_work", by=officer, campaign=None, parameters=parameters)
            return
        if not Region.objects.exists():
            build_world()
        world = read_world()
        columns = [column.headers[0] for column in NOUNS["entities"].sheet.columns][:7]
        rows = [[f"新店{n}", "seller", "", f"L{n}", "431102", "", f"人民路{n}号"] for n in (1, 2)]
        lines = "\n".join(",".join(row) for row in [columns, *rows])
        source = hand_in(NOUNS["entities"], "list.csv", lines.encode(), campaign=world.campaign, by=world.administrator)
        check(source)
        assert source.counts["new"] == 2, source.findings
        start("slow_import", by=world.administrator, campaign=world.campaign, parameters=parameters)
