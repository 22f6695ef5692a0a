"""Three weeks of the demonstration campaign as its units reported them: two approved, the last one still coming in."""

from datetime import date, timedelta

from reports.as_of import as_of, end_of
from reports.models import Round
from reports.rounds.sheet import Sheet

WEEKS = (date(2025, 1, 5), date(2025, 1, 12), date(2025, 1, 19))
MISSING, LATE, WAITING = "431172", "431173", "431181"


def load_rounds(campaign, *, by, reporter):
    """Open each round, hand in and approve; in the last week one unit is missing, one late, and one waits."""
    for until in WEEKS:
        one = Round(
            campaign=campaign, region=campaign.region, since=until - timedelta(days=6), until=until,
            cut_off=end_of(until + timedelta(days=1)) - timedelta(hours=7),
        )  # fmt: skip
        one.open(by=by)
        _report(one, by=by, reporter=reporter, is_last=until == WEEKS[-1])


def _report(one, *, by, reporter, is_last):
    sheet = Sheet(one)
    reports = [report for report in sheet.reports if not (is_last and report.unit.code == MISSING)]
    in_time = one.cut_off - timedelta(hours=3)
    with as_of(in_time):
        figures = {report.pk: sheet.figures_of(report) for report in reports}
    for report in reports:
        late = is_last and report.unit.code == LATE
        report.submit(
            by=reporter, person_in_charge="示例负责人", compiler="示例填报人", phone="0746-0000000",
            at=one.cut_off + timedelta(hours=1) if late else in_time,
        )  # fmt: skip
        if not (late or is_last and report.unit.code == WAITING):
            report.approve(by=by, figures=figures[report.pk], at=in_time)
