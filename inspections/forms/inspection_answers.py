"""The checklist of a visit as it is answered."""

from dataclasses import dataclass, field
from itertools import groupby

from inspections.forms.inspection_hazard import HazardForm
from inspections.models import Answer, ChecklistItem, ChecklistVersion, Evidence, Hazard

FULL, SHORT = "full", "short"
ANSWER = "answer-"
REST = (Answer.PASS, Answer.NOT_CHECKED)


@dataclass
class Row:
    """One point on the page: its answer so far and, when it fails, the form of its hazard."""

    item: ChecklistItem
    answer: str = ""
    hazard: HazardForm | None = None
    unanswered: bool = False
    saved_photos: list[Evidence] = field(default_factory=list)
    saved_after: list[Evidence] = field(default_factory=list)
    before: list[Hazard] = field(default_factory=list)
    declared: str = ""

    @property
    def fails(self) -> bool:
        return self.answer == Answer.FAIL


class Answers:
    """The points in force on a day for a kind of entity, and what was answered to each."""

    def __init__(self, kind, day, typed):
        self.version = ChecklistVersion.objects.for_visit(kind, day)
        self.items = self.version.items_on(day, kind) if self.version else []
        self.given = {
            name.removeprefix(ANSWER): value for name in typed if name.startswith(ANSWER) and (value := typed.get(name))
        }
        self.is_short = typed.get("length") == SHORT
        self.rest = typed.get("rest") if typed.get("rest") in REST else ""

    @property
    def key(self) -> str:
        """Differs when another day has other points."""
        return f"{self.version.pk if self.version else 0}-{len(self.items)}-{self.items[-1].pk if self.items else 0}"

    def complete(self) -> dict[str, str]:
        """Every answer given, with what was chosen for the rest; the short form leaves its other points not checked."""
        answers = dict(self.given)
        for item in self.items:
            if self.is_short and not item.is_key_point:
                answers.setdefault(item.code, Answer.NOT_CHECKED.value)
            elif self.rest:
                answers.setdefault(item.code, self.rest)
        return answers

    def failed(self) -> list[ChecklistItem]:
        return [item for item in self.items if self.given.get(item.code) == Answer.FAIL]

    def unanswered(self) -> list[ChecklistItem]:
        answers = self.complete()
        return [item for item in self.items if item.code not in answers]

    def count(self) -> int:
        return sum(item.code in self.given for item in self.items)


def sections(rows):
    """Rows under the headings of the checklist, in its order."""
    return [(title, list(group)) for title, group in groupby(rows, key=lambda row: row.item.section)]
