"""What the demonstration campaign reports without records, and an indicator of its own."""

from datetime import date

from entities.models import Officer, Unit
from inspections.demo import CODE
from inspections.models import Campaign
from reports.demo_form import load_form
from reports.models import OwnIndicator, Return

# Second-ring figures only: those of the bulletin rest on records alone.
RETURNED = [
    ("events_held", "431102", 4, date(2024, 6, 30)), ("events_held", "431103", 6, date(2024, 9, 30)),
    ("vehicles_checked", "431181", 320, date(2024, 10, 31)), ("visits_all", "431126", 18, date(2024, 5, 31)),
]  # fmt: skip


def load_reported():
    """Four checked returns, one that waits for its check, the campaign's own indicator, and a superior's form."""
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
