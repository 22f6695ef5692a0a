"""What the demonstration campaign reports without records, and an indicator of its own."""

from datetime import date

from entities.models import Officer, Unit
from inspections.demo import CODE
from inspections.models import Campaign
from reports.as_of import as_of, end_of
from reports.bulletins.facts import collected
from reports.bulletins.rules import proposed
from reports.demo_form import load_form
from reports.demo_rounds import load_rounds
from reports.models import Bulletin, OwnIndicator, Return, Snapshot
from reports.snapshots import frozen_figures

# Second-ring figures only: those of the bulletin rest on records alone.
RETURNED = [
    ("events_held", "431102", 4, date(2024, 6, 30)), ("events_held", "431103", 6, date(2024, 9, 30)),
    ("vehicles_checked", "431181", 320, date(2024, 10, 31)), ("visits_all", "431126", 18, date(2024, 5, 31)),
]  # fmt: skip


def load_reported():
    """Four checked returns, one that waits, an own indicator, a superior's form, three rounds, two bulletins, two snapshots."""
    campaign = Campaign.objects.get(code=CODE)
    clerk, checker = Officer.objects.get(username="clerk"), Officer.objects.get(username="admin")
    for number, (key, code, quantity, until) in enumerate(
        [*RETURNED, ("officers_dispatched", "431122", 40, date(2024, 12, 31))]
    ):
        unit = Unit.objects.get(code=code)
        returned = Return(
            campaign=campaign, indicator=key, region_id=code, unit=unit, since=until.replace(day=1), until=until,
            quantity=quantity, document_number=f"示例函〔2024〕{number + 1:02d}号", is_opening=key == "visits_all",
        )  # fmt: skip
        returned.store(by=clerk, on=until)
        if number < len(RETURNED):
            returned.check_off(by=checker, on=until)
    OwnIndicator.objects.create(
        campaign=campaign, key="own-grave-hazards", name="重大隐患（自设）", name_en="major hazards (own)", unit="处", unit_en="hazards",
        ledger="hazard", query="severity=major", source="隐患台账",
    )  # fmt: skip
    load_form(campaign, by=clerk)
    load_rounds(campaign, by=checker, reporter=clerk)
    for kind, since in ((Bulletin.Kind.BULLETIN, campaign.starts_on), (Bulletin.Kind.MONTHLY, date(2025, 1, 1))):
        bulletin = Bulletin(campaign=campaign, kind=kind, region=campaign.region, since=since, until=campaign.ends_on,
                            as_of=campaign.ends_on)  # fmt: skip
        bulletin.begin(by=clerk, facts_of=collected, propose=proposed)
    for label, until in (("三季度调度", date(2024, 9, 30)), ("年终调度", date(2024, 12, 31))):
        snapshot = Snapshot(
            campaign=campaign, region=campaign.region, label=f"{label}（示例）", until=until, cut_off=end_of(until)
        )
        with as_of(snapshot.cut_off):
            figures = list(frozen_figures(snapshot))
        snapshot.freeze(lambda _snapshot, figures=figures: figures, by=clerk, on=until)
        snapshot.sign(by=checker, on=until)
