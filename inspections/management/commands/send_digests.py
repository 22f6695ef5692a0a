"""Make today's digest for everybody who has something due, and send it by e-mail where that is configured."""

from datetime import date

from django.core.management.base import BaseCommand

from entities.models import Officer
from entities.today import today
from inspections.digests import mail_digest, make_digest


class Command(BaseCommand):
    help = "Make the digests of a day (today): one for each officer who has something due; safe to repeat."

    def add_arguments(self, parser):
        parser.add_argument("--on", type=date.fromisoformat, help="the day, as 2024-05-01")

    def handle(self, *args, on=None, **options):
        made = mailed = 0
        for officer in Officer.objects.active().select_related("unit").order_by("pk"):
            digest = make_digest(officer, on=on or today())
            if digest is not None:
                made += 1
                mailed += mail_digest(digest)
        if options["verbosity"]:
            self.stdout.write(f"{made} digests, {mailed} e-mails sent.")
