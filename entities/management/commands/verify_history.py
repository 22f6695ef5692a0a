from django.core.management.base import BaseCommand, CommandError

from entities.models import Seal
from entities.seals import verify

MOST_TOLD = 20


class Command(BaseCommand):
    help = "Recompute every seal of the history and name the first rows that were altered, removed or slipped in."

    def add_arguments(self, parser):
        parser.add_argument("--digest", help="the digest of an earlier last seal, as it was written down outside")

    def handle(self, digest=None, **options):
        if digest and not Seal.objects.filter(digest=digest).exists():
            raise CommandError("No seal has that digest: the chain was made anew since it was written down.")
        told = 0
        for finding in verify():
            told += 1
            self.stderr.write(f"{'FIRST: ' if told == 1 else ''}{finding}")
            if told >= MOST_TOLD:
                break
        if told:
            raise CommandError("The history is not what was sealed.")
        last = Seal.objects.order_by("-number").first()
        if last is None:
            self.stdout.write("Nothing is sealed yet.")
            return
        self.stdout.write(
            f"{last.number} seals hold. Write this down outside: {last.sealed_at:%Y-%m-%d %H:%M} {last.digest}"
        )
