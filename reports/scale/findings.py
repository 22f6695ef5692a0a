"""The hazards of visits and self-checks, and how they were put right."""

from datetime import timedelta

from inspections.models import Hazard, HazardStatus, Rectification, Severity, Verdict
from reports.scale.days import TODAY

S = HazardStatus
# How a thousand hazards stand at the end.
SHARES = [(S.RECTIFIED, 905), (S.SUBMITTED, 20), (S.OPEN, 55), (S.HANDED_OVER, 10), (S.ENDED, 6), (S.WITHDRAWN, 4)]
NOTES = {
    S.HANDED_OVER: "移交回执：消防救援大队（示例）",
    S.ENDED: "经营者已停业，现场已清空（示例）",
    S.WITHDRAWN: "复核后认定不构成隐患（示例）",
}
FOUND_BEFORE = 40  # moments of the day are left for what follows on it
REJECTED_BEFORE = 30  # of a thousand put right at the second attempt
MEASURES = [
    "已下架并联系厂家处理（示例）",
    "已补齐资料并整改到位（示例）",
    "已清理充电区域并张贴警示（示例）",
    "已停止该行为并作出承诺（示例）",
]
NAMES = [
    "id", "entity_id", "entity_kind", "inspection_id", "self_check_id", "item_id", "category", "severity", "places",
    "description", "responsible_department_id", "found_on", "deadline", "status", "rectified_on",
    "accepted_rectification_id", "closing_note", "region_id", "unit_id", "created_at", "changed_at", "created_by_id",
    "changed_by_id", "version",
]  # fmt: skip
ATTEMPTS = [
    "id", "hazard_id", "measures", "submitted_on", "on_the_spot", "verdict", "reviewer_id", "reviewed_on", "comment", "region_id",
    "unit_id", "created_at", "changed_at", "created_by_id", "changed_by_id", "version",
]  # fmt: skip


class Findings:
    """Writes the hazards and their rectifications; `pending` are those that a task asks to be looked at again."""

    def __init__(self, visits, checks, campaign):
        self.visits, self.checks, self.campaign = visits, checks, campaign
        self.days, self.chance = visits.days, visits.chance
        self.attempts, self.pending = [], []
        self.deadlines = {
            (severity, day): campaign.deadline(severity, day) for severity in Severity for day in self.days.all
        }

    def write(self, writer):
        self.first_attempt = writer.next_pk(Rectification)
        self.first_pk = writer.next_pk(Hazard)
        writer.write(Hazard, NAMES, self._rows(), campaign_id=self.campaign.pk)
        writer.write(Rectification, ATTEMPTS, self.attempts, campaign_id=self.campaign.pk)

    def _sources(self):
        """(entity, kind, county, day, officer, failed point, visit, self-check) of each, the visits' first."""
        register = self.visits.register
        for nth, failing in self.visits.findings:
            day, entity, kind, county = self.visits.of(nth)
            for item in failing:
                yield entity, kind, county, day, self.visits.pair(nth)[0], item, self.visits.first_pk + nth, None
        for check, entity, day, officer, item in self.checks:
            county = register.places.counties[register.county_of[entity]]
            yield entity, register.kinds[entity], county, day, officer, item, None, check

    def _rows(self):
        for pk, source in enumerate(self._sources(), start=self.first_pk):
            yield self._row(pk, *source)

    def _row(self, pk, entity, kind, county, day, officer, item, visit, check):
        chance, days = self.chance, self.days
        status, changed_at, version = self._fate(), days.moment(day, int(chance.random() * FOUND_BEFORE)), 1
        put_right_on = accepted = None
        at = changed_at
        if status in (S.RECTIFIED, S.SUBMITTED):
            on_the_spot = status == S.RECTIFIED and chance.random() < 0.2
            tried_on = day if on_the_spot else days.later(day, 1, 12)
            if tried_on is None:
                status = S.OPEN
            elif status == S.RECTIFIED:
                put_right_on, accepted, changed_at, version = self._put_right(
                    pk, county, tried_on, officer, on_the_spot
                )
            else:
                changed_at, version = self._attempt(pk, county, tried_on, officer), 2
                self.pending.append((pk, entity, kind, county, tried_on, officer))
        elif status in NOTES:
            changed_at, version = days.moment(min(day + timedelta(days=5), TODAY)), 2
        description = (item.suggestions or [item.text])[0]
        return (
            pk, self.visits.register.first_pk + entity, kind, visit, check, item.pk, item.category, item.severity,
            1 + int(chance.random() ** 4 * 6), description, "fire" if item.category == "fire" else "market", day,
            self.deadlines[item.severity, day], status, put_right_on, accepted, NOTES.get(status, ""), county.code,
            county.unit_id, at, changed_at, officer, county.manager_id if version > 1 else officer, version,
        )  # fmt: skip

    def _fate(self):
        draw = self.chance.random() * 1000
        for status, share in SHARES:
            if draw < share:
                return status
            draw -= share
        return S.OPEN

    def _put_right(self, pk, county, tried_on, officer, on_the_spot):
        """Accepted, perhaps at the second attempt: the day, its key, the moment, and the hazard's version by then."""
        chance, version = self.chance, 3
        if not on_the_spot and chance.random() * 1000 < REJECTED_BEFORE:
            again_on = self.days.later(tried_on, 1, 6)
            if again_on:
                self._attempt(pk, county, tried_on, officer, Verdict.REJECTED, tried_on)
                tried_on, version = again_on, 5
        judged_on = tried_on if on_the_spot else min(tried_on + timedelta(days=chance.randrange(4)), TODAY)
        accepted = self.first_attempt + len(self.attempts)
        at = self._attempt(pk, county, tried_on, officer, Verdict.ACCEPTED, judged_on, on_the_spot)
        return judged_on, accepted, at, version

    def _attempt(self, pk, county, tried_on, officer, verdict=Verdict.PENDING, judged_on=None, on_the_spot=False):
        """One attempt; returns the moment of its last change."""
        at = self.days.moment(tried_on, FOUND_BEFORE)
        changed_at = self.days.moment(judged_on, FOUND_BEFORE + 4) if judged_on else at
        reviewer = county.manager_id if judged_on else None
        self.attempts.append(
            (self.first_attempt + len(self.attempts), pk, MEASURES[pk % len(MEASURES)], tried_on, on_the_spot, verdict,
             reviewer, judged_on, "整改不到位（示例）" if verdict == Verdict.REJECTED else "", county.code, county.unit_id, at,
             changed_at, officer, reviewer or officer, 2 if judged_on else 1)
        )  # fmt: skip
        return changed_at
