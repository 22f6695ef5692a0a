"""Print the figures of a campaign, or check them against a published list."""

import csv
import json
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from entities.today import today
from inspections.models import Campaign
from reports.cells.refresh import rebuild
from reports.cells.verify import differences
from reports.describe import described
from reports.indicators import INDICATORS, counted, no_figures, totals, totals_by
from reports.models import Summary
from reports.own import Broken, is_own, own_indicators
from reports.scope import FigureScope


class Command(BaseCommand):
    help = "Print every figure of a campaign; with --check compare with a published list and fail when any differs."

    def add_arguments(self, parser):
        parser.add_argument("campaign", nargs="?", default="", help="code of the campaign, for example YZ-EBIKE-2024")
        parser.add_argument("--region", help="code of a region: its records and those of everything inside it")
        parser.add_argument("--unit", help="code of a unit: its records and those of the units under it")
        parser.add_argument("--from", help="first day, for example 2024-05-01")
        parser.add_argument("--to", help="last day")
        parser.add_argument("--by", choices=["region", "month"], help="also for each region or month")
        parser.add_argument("--format", choices=["table", "json", "csv"], default="table")
        parser.add_argument("--check", metavar="FILE", help="JSON list of published figures to compare with")
        parser.add_argument(
            "--describe", action="store_true", help="print what every indicator counts, as docs/indicators.md"
        )
        parser.add_argument(
            "--keep", action="store_true", help="count all figures anew and keep them for quick reading"
        )
        parser.add_argument(
            "--verify",
            action="store_true",
            help="recount every kept figure and name each that differs; of all campaigns without one",
        )

    def handle(self, *args, **options):
        if options["describe"]:
            self.stdout.write(described(), ending="")
            return
        if options["verify"] and not options["campaign"]:
            self.verify(Campaign.objects.exclude(summary=None))
            return
        campaign = Campaign.objects.filter(code=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']}.")
        if options["verify"]:
            self.verify([campaign])
            return
        if options["keep"]:
            self.keep(campaign)
            return
        try:
            scope = FigureScope.from_query(campaign, options)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        answer = {
            "campaign": campaign.code,
            "region": scope.place.code,
            "from": scope.since,
            "to": scope.until,
            "as_of": today(),
            "figures": totals(scope),
        }
        own = [declared for declared in own_indicators(campaign) if not isinstance(declared, Broken)]
        answer["figures"] |= counted(scope, own)
        if options["by"]:
            answer["by"] = {
                group if options["by"] == "region" else f"{group:%Y-%m}": figures
                for group, figures in self._grouped(scope, options["by"], own).items()
            }
        self.declared = [*INDICATORS, *own]
        getattr(self, f"print_{options['format']}")(answer)
        if options["check"]:
            self.check_published(answer["figures"], Path(options["check"]))

    def keep(self, campaign):
        summary = rebuild(campaign)
        self.stdout.write(f"{len(summary.kept)} figures of {campaign.code} are kept.")

    def verify(self, campaigns):
        """Compare every cell with the records; raises CommandError after each that differs was named."""
        found = 0
        for campaign in campaigns:
            if not Summary.objects.filter(campaign=campaign).exists():
                raise CommandError(f"No figures of {campaign.code} are kept: `figures {campaign.code} --keep` begins.")
            for difference in differences(campaign):
                self.stdout.write(f"{campaign.code}: {difference}")
                found += 1
        if found:
            raise CommandError(f"{found} cells differ from the records. `figures CODE --keep` counts them anew.")
        self.stdout.write(self.style.SUCCESS("Every kept figure is what the records say."))

    def _grouped(self, scope, axis, own):
        """The figures of each region or month, the own ones among them."""
        table, counted = totals_by(scope, axis), [(declared.key, declared.by(scope, axis)) for declared in own]
        empty = no_figures()
        groups = sorted({*table, *(group for _key, figures in counted for group in figures)})
        return {
            group: table.get(group, empty) | {key: figures.get(group, 0) for key, figures in counted}
            for group in groups
        }

    def print_json(self, answer):
        self.stdout.write(json.dumps(answer, default=_plain, ensure_ascii=False, indent=2))

    def print_csv(self, answer):
        groups = answer.get("by", {})
        rows = csv.writer(self.stdout, lineterminator="\n")
        rows.writerow(["key", "label", "unit", "total", *groups])
        for declared in self.declared:
            values = [answer["figures"][declared.key], *(figures[declared.key] for figures in groups.values())]
            rows.writerow([declared.key, _name(declared), declared.unit, *map(_text, values)])

    def print_table(self, answer):
        for declared in self.declared:
            parts = [f"{group} {_text(figures[declared.key])}" for group, figures in answer.get("by", {}).items()]
            self.stdout.write(
                f"{declared.key:32} {_text(answer['figures'][declared.key]):>12} {declared.unit}  {_name(declared)}"
                + ("  | " + "  ".join(parts) if parts else "")
            )

    def check_published(self, figures, path):
        """Compare with the list; raises CommandError that names each figure that differs."""
        listed = json.loads(path.read_text(encoding="utf-8"))
        rows = [*listed["figures"], *listed.get("derived", [])]
        wrong = [
            f"{row['key']}: published {_published(row)}, counted {_text(figures.get(row['key']))}"
            for row in rows
            if not _agrees(figures.get(row["key"]), row)
        ]
        if wrong:
            raise CommandError("These figures differ:\n" + "\n".join(wrong))
        self.stdout.write(self.style.SUCCESS(f"All {len(rows)} published figures agree."))


def _name(declared) -> str:
    """The label, with a mark where the indicator is the campaign's own."""
    return f"{declared.label} ({gettext('own')})" if is_own(declared) else str(declared.label)


def _plain(value):
    """A figure as a JSON number, a date as text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat()


def _text(value) -> str:
    return "—" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _agrees(figure, row) -> bool:
    if figure is None:
        return False
    if "value" in row:
        return figure == Decimal(str(row["value"]))
    return row["value_at_least"] <= figure < row["value_below"]


def _published(row) -> str:
    return str(row["value"]) if "value" in row else f"{row['value_at_least']} … {row['value_below']}"
