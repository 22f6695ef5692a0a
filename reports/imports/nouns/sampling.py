"""A laboratory's results as a sheet: judged by the same rules as the laboratory's own list."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Officer
from inspections.laboratory import WORDS, Row, Verdict, judge
from inspections.models import BatchStatus, Campaign, SamplingBatch
from reports.imports.declare import Column, Kind, Sheet
from reports.imports.noun import Found, Noun
from reports.imports.nouns.of_entity import CHUNK_KEYS

HEADERS = {name: tuple(spellings) for name, spellings in WORDS["columns"].items()}
SHEET = Sheet(
    "sampling_results",
    _("sampling results"),
    1,
    (
        Column("number", _("sampling number"), HEADERS["number"], Kind.CODE, required=True, example="CJ-2024-001",
               note=_("The batch must be recorded already.")),
        Column("result", _("result"), HEADERS["result"], required=True,
               choices=(("passed", WORDS["passed"][0]), ("failed", WORDS["failed"][0]))),
        Column("failed_items", _("failed items"), HEADERS["failed_items"], note=_("Needed where the result is “failed”.")),
        Column("report_number", _("number of the test report"), HEADERS["report_number"], Kind.CODE),
        Column("result_on", _("result on"), HEADERS["on"], Kind.DAY, required=True, example="2025-01-20"),
    ),
)  # fmt: skip


@dataclass
class KnownBatches:
    """What becomes of each row, by its number."""

    officer: Officer
    campaign: Campaign
    judged: dict = field(default_factory=dict)


class SamplingResultNoun(Noun):
    """Results of batches that are recorded already; a batch gets its result once, and one more after an objection."""

    sheet = SHEET
    model = SamplingBatch
    right = "inspections.change_samplingbatch"
    icon = "chart"
    attributes = {column.key: column.key for column in SHEET.columns} | {"on": "result_on"}

    def load(self, rows, *, officer, campaign, partly=()):
        """The batches with these numbers, judged some hundred at a time."""
        known = KnownBatches(officer, campaign)
        # Two rows with one number are told apart by whoever reads the file: here the first one stands.
        first = {row["number"]: row for row in reversed(list(rows))}
        numbers = sorted(first)
        for start in range(0, len(numbers), CHUNK_KEYS):
            lines = [_line(first[number]) for number in numbers[start : start + CHUNK_KEYS]]
            known.judged |= {one.row.number: one for one in judge(lines, campaign=campaign, by=officer)}
        return known

    def key(self, row):
        """The number of the batch."""
        return (row["number"],)

    def find(self, row, context):
        """The batch, when it waits for a result or has this very one."""
        one = context.judged[row["number"]]
        if one.is_ok or one.verdict == Verdict.HAS_RESULT and not self.changes(one.batch, _said(row), row, context):
            return Found(record=one.batch)
        column = {Verdict.UNREADABLE: _column(one)}.get(one.verdict, "number")
        told = f"{one.verdict.label}: {one.note}" if one.note else str(one.verdict.label)
        return Found(errors=((column, told),))

    def values(self, row, context):
        """The result as the batch takes it."""
        return _said(row)

    def check(self, values, maker):
        """Nothing more: the rows were judged with their batches."""

    def changes(self, record, values, row, context):
        """A batch that waits gets the result; of one that has it, what differs."""
        if record.status in (BatchStatus.SAMPLED, BatchStatus.OBJECTION):
            return ["status"]
        has = {
            "passed": record.status == BatchStatus.PASSED, "failed_items": record.failed_items,
            "result_on": record.result_on,
        }  # fmt: skip
        return [name for name, value in has.items() if values[name] != value]

    def make(self, row, values, context, *, by):
        """Refused: a result belongs to a batch."""
        raise ValidationError({"number": gettext("There is no batch with this number: record it first.")})

    def change(self, record, row, values, context, *, by):
        """Enter the result."""
        record.record_result(
            by=by, passed=values["passed"], failed_items=values["failed_items"], report_number=row["report_number"],
            on=values["result_on"], reason=gettext("import"),
        )  # fmt: skip

    def take_back_change(self, record, before, source, *, by, reason):
        """Refused: the entity may have been told of it already."""
        raise ValidationError(
            gettext("A result that was entered stays: it can be objected to on the page of the batch.")
        )


def _passed(row):
    result = row["result"].casefold()
    return True if result in WORDS["passed"] else False if result in WORDS["failed"] else None


def _said(row):
    passed = _passed(row)
    return {"passed": passed, "failed_items": "" if passed else row["failed_items"], "result_on": row["result_on"]}


def _line(row):
    return Row(
        line=0, number=row["number"], result=row["result"], passed=_passed(row), failed_items=row["failed_items"],
        report_number=row["report_number"], on=row["result_on"].isoformat(),
    )  # fmt: skip


def _column(one):
    """The column that a row is unreadable at, by the rule that it breaks."""
    if one.row.passed is None:
        return "result"
    lengths = {name: SamplingBatch._meta.get_field(name).max_length for name in ("failed_items", "report_number")}
    long = [name for name, most in lengths.items() if len(getattr(one.row, name)) > most]
    return "failed_items" if not one.row.passed and not one.row.failed_items else long[0] if long else "result_on"


SAMPLING_RESULTS = SamplingResultNoun()
