"""Answers to checklists: some dozen of each, shared by all visits with as many failed points."""

from bisect import bisect

from inspections.demo.ledger import START, TODAY, days_on_which_rules_change
from inspections.models import Answer, ChecklistVersion

VARIANTS = 12
MOST_FAILED = 3


class Answered:
    """Draws whole sets of answers for a kind of entity on a day, with so many points failed.

    All of them are made at the beginning, since nothing is read while rows are written.
    """

    def __init__(self, chance, kinds, *, not_checked=True):
        self.chance = chance
        self.others = [Answer.NOT_APPLICABLE.value] + [Answer.NOT_CHECKED.value] * not_checked
        self.changes = [START, *sorted(day for day in set(days_on_which_rules_change()) if START < day <= TODAY)]
        self._sets = {}
        for kind in kinds:
            for nth, day in enumerate(self.changes, start=1):
                version = ChecklistVersion.objects.for_visit(kind, day)
                items = version.items_on(day, kind)
                for failed in range(MOST_FAILED + 1):
                    variants = [self._variant(version, items, failed) for _nth in range(VARIANTS)]
                    self._sets[kind, nth, failed] = variants

    def draw(self, kind, day, failed):
        """The key of the version in force, its answers, and the points that failed."""
        return self._sets[kind, bisect(self.changes, day), failed][int(self.chance.random() * VARIANTS)]

    def _variant(self, version, items, failed):
        failing = self.chance.sample(items, failed)
        answers = {item.code: Answer.PASS.value for item in items}
        for item in self.chance.sample(items, len(items) // 8):
            answers[item.code] = self.chance.choice(self.others)
        answers |= {item.code: Answer.FAIL.value for item in failing}
        return version.pk, answers, failing
