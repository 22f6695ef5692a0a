"""One of each thing that the office's pages keep."""

from datetime import timedelta

from reports.as_of import end_of
from reports.bulletins.facts import collected
from reports.bulletins.rules import proposed
from reports.models import (
    Bulletin,
    BulletinVersion,
    FormBinding,
    Import,
    ImportedRow,
    Round,
    Snapshot,
    SnapshotLine,
    SuperiorForm,
)
from tests.world import TODAY


def make_superior_form(world, **changes):
    """The province's monthly form; the same one for all its cells."""
    return SuperiorForm.objects.get_or_create(
        sha256="a" * 64,
        defaults={
            "campaign": world.campaign, "unit": world.manager.unit, "uploaded_by": world.manager, "name": "月报",
            "issued_by": "省局", "file": "forms/x.xlsx",
        } | changes,
    )[0]  # fmt: skip


def make_form_binding(world, **changes):
    values = {"form": make_superior_form(world), "sheet": "月报", "cell": "B4", "indicator": "inspections"}
    return FormBinding.objects.create(**values | {"region": world.county} | changes)


def make_snapshot(world, **changes):
    """The county's figures up to today, of which there are none."""
    values = {"campaign": world.campaign, "region": world.county, "label": "一周调度", "until": TODAY}
    return Snapshot(**values | changes).freeze(lambda _snapshot: [(world.county, False, {})], by=world.clerk)


def make_snapshot_line(world):
    """A further line of a snapshot."""
    snapshot = make_snapshot(world)
    return SnapshotLine.objects.create(snapshot=snapshot, region=world.county, own=True, figures={"inspections": "0"})


def make_import(world, **changes):
    """A list of the county's office that was looked through."""
    values = {"campaign": world.campaign, "kind": "entities", "template_version": 1, "name": "名单.xlsx", "by": world.clerk,
              "file": "imports/x.xlsx", "sha256": "b" * 64}  # fmt: skip
    return Import.objects.create(**values | changes)


def make_imported_row(world, **changes):
    """That the shop was entered by a list."""
    values = {"number": 2, "record": world.shop, "outcome": "made", "version_after": 1}
    values["source"] = changes.pop("source", None) or Import.objects.first() or make_import(world)
    return ImportedRow.objects.create(**values | changes)


def make_bulletin(world, **changes):
    """The county's bulletin of the whole campaign, its text as the rules propose it."""
    values = {"campaign": world.campaign, "kind": "bulletin", "region": world.county, "since": world.campaign.starts_on,
              "until": TODAY, "as_of": TODAY}  # fmt: skip
    bulletin = Bulletin(**values | changes)
    bulletin.begin(by=world.clerk, facts_of=collected, propose=proposed)
    return bulletin


def make_bulletin_version(world, **changes):
    """A further version of a bulletin."""
    bulletin = make_bulletin(world)
    first = bulletin.current
    return BulletinVersion.objects.create(
        **{"bulletin": bulletin, "number": 2, "text": first.text, "figures": first.figures, "by": world.clerk} | changes
    )


def make_round(world, **changes):
    """The week up to today; the city, the two counties report."""
    values = {"campaign": world.campaign, "region": world.city, "since": TODAY - timedelta(days=6), "until": TODAY,
              "cut_off": end_of(TODAY)}  # fmt: skip
    made = Round(**values | changes)
    made.open(by=world.administrator)
    return made


def make_round_report(world, **changes):
    """What the county reports of it."""
    report = make_round(world).reports.get(unit=world.clerk.unit)
    for name, value in changes.items():
        setattr(report, name, value)
    report.store(by=world.clerk)
    return report


OFFICE_MAKERS = {
    "round": make_round,
    "roundreport": make_round_report,
    "bulletin": make_bulletin,
    "import": make_import,
    "superiorform": make_superior_form,
    "formbinding": make_form_binding,
}
