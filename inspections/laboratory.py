"""A laboratory's list of results: read from its workbook, judged row by row, and written all at once or not at all."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from entities.today import today
from inspections.models import BatchStatus, SamplingBatch
from inspections.uploads import check_workbook, clean_name, package

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, HEAD_WITHIN = 5000, 50, 10
WORDS = json.loads((Path(__file__).parent / "data" / "laboratory.json").read_text(encoding="utf-8"))
WRITTEN_DAY = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D?")
SALT = "laboratory"
KEPT_FOR = 12 * 60 * 60  # how long, in seconds, what was shown can be applied
# What a file that is no workbook, or half of one, makes the reader raise.
BROKEN = (*package.BROKEN, InvalidFileException, TypeError, AttributeError, SyntaxError)
AWAITED = (BatchStatus.SAMPLED, BatchStatus.OBJECTION)


class Verdict(models.TextChoices):
    """What becomes of a row."""

    OK = "ok", _("will be entered")
    UNKNOWN = "unknown", _("unknown number")
    VOIDED = "voided", _("voided batch")
    HAS_RESULT = "has_result", _("already has a result")
    UNREADABLE = "unreadable", _("can't be read")


@dataclass(frozen=True)
class Row:
    """One line of the list, as it was read; `passed` and `on` are None where nothing could be made of the cell."""

    line: int
    number: str
    result: str
    passed: bool | None
    failed_items: str
    report_number: str
    on: str | None

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.on) if self.on else None


@dataclass(frozen=True)
class Judged:
    """A row, the batch that it is about, and what becomes of it; `note` says more."""

    row: Row
    batch: SamplingBatch | None
    verdict: Verdict
    note: str = ""

    @property
    def is_ok(self) -> bool:
        return self.verdict == Verdict.OK


def read_list(upload) -> tuple[list[Row], str]:
    """The rows of the first sheet, and a sentence that says which file they are from.

    Formulas count as the values that were saved with them. Raises ValidationError for anything that is no such workbook.
    """
    if upload.size > MOST_BYTES:
        raise ValidationError(gettext("The file is over 5 MB: leave only the list in it."))
    upload.seek(0)
    content = upload.read()
    try:
        with ZipFile(BytesIO(content)) as packed:
            is_too_large = sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED
        if is_too_large:
            raise ValidationError(gettext("The file is too large when unpacked: leave only the list in it."))
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        try:
            rows = _rows(book.worksheets[0])
        finally:
            book.close()
    except BROKEN as error:
        raise ValidationError(gettext("This is no Excel workbook that can be read: save it as .xlsx.")) from error
    check_workbook(content, name=upload.name)
    source = gettext("Entered from the list “%(name)s”, SHA-256 %(hash)s") % {
        "name": clean_name(upload.name)[:100], "hash": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip
    return rows, source


def _rows(sheet):
    """The filled lines below the header, which stands somewhere at the top."""
    sheet.reset_dimensions()
    columns, rows = None, []
    for line, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1):
        if columns is None:
            columns = _columns(cells)
            if columns is None and line >= HEAD_WITHIN:
                break
        elif any(_text(cell) for cell in cells):
            if len(rows) == MOST_ROWS:
                raise ValidationError(gettext("The list has more than %(most)d rows: split it.") % {"most": MOST_ROWS})
            rows.append(_row(line, {name: cells[place] for name, place in columns.items() if place < len(cells)}))
    if columns is None:
        raise ValidationError(
            gettext("No header was found: one of the first rows must name the columns “%(number)s” and “%(result)s”.")
            % {name: WORDS["columns"][name][0] for name in WORDS["needed"]}
        )
    if not rows:
        raise ValidationError(gettext("The list has no rows below its header."))
    return rows


def _columns(cells):
    """Where each known column stands; None when this is not the header."""
    heads = ["".join(_text(cell).split()).casefold() for cell in cells]
    found = {}
    for name, spellings in WORDS["columns"].items():
        known = {"".join(spelling.split()).casefold() for spelling in spellings}
        place = next((place for place, head in enumerate(heads) if head in known), None)
        if place is not None:
            found[name] = place
    return found if set(WORDS["needed"]) <= set(found) else None


def _row(line, cells):
    result = _text(cells.get("result"))
    passed = {**dict.fromkeys(WORDS["passed"], True), **dict.fromkeys(WORDS["failed"], False)}.get(result.casefold())
    return Row(
        line=line, number=_text(cells.get("number")), result=result, passed=passed,
        failed_items=_text(cells.get("failed_items")), report_number=_text(cells.get("report_number")),
        on=_day(cells.get("on")),
    )  # fmt: skip


def _text(value):
    """The cell as text; a number that a spreadsheet keeps as 7.0 was written as 7."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _day(value):
    """The date of a cell, as ISO text; empty for an empty cell, None for what is no date."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    text = _text(value)
    if not text:
        return ""
    written = WRITTEN_DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in written.groups())).isoformat() if written else None
    except ValueError:
        return None


def judge(rows, *, campaign, by) -> list[Judged]:
    """What becomes of each row, among the batches of the campaign that the officer may see. One query."""
    numbers = {row.number for row in rows if row.number}
    seen = (
        SamplingBatch.objects.visible_to(by).of_campaign(campaign).filter(number__in=numbers).select_related("entity")
    )
    batches = {batch.number: batch for batch in seen}
    lines, judged = {}, []
    for row in rows:
        batch = batches.get(row.number)
        note = _what_is_wrong(row, batch, lines.get(row.number))
        lines.setdefault(row.number, row.line)
        if not row.number or (note and batch is not None and batch.status in AWAITED):
            verdict = Verdict.UNREADABLE
        elif batch is None:
            verdict, note = Verdict.UNKNOWN, ""
        elif batch.status == BatchStatus.VOIDED:
            verdict, note = Verdict.VOIDED, gettext("A voided batch gets no result.")
        elif batch.status not in AWAITED:
            verdict, note = Verdict.HAS_RESULT, str(batch.get_status_display())
        else:
            verdict = Verdict.OK
            note = gettext("re-test after the objection") if batch.status == BatchStatus.OBJECTION else ""
        judged.append(Judged(row, batch, verdict, note))
    return judged


def _what_is_wrong(row, batch, earlier_line):
    """Why the row can't be entered as it is; empty when it can."""
    since = batch and max(day for day in (batch.sampled_on, batch.objected_on) if day)
    if not row.number:
        return gettext("The sampling number is missing.")
    if earlier_line is not None:
        return gettext("The same number stands in row %(line)d.") % {"line": earlier_line}
    if row.passed is None:
        return gettext("The result is neither “passed” nor “failed”.")
    if row.passed is False and not row.failed_items:
        return gettext("Say which items failed.")
    if len(row.failed_items) > SamplingBatch._meta.get_field("failed_items").max_length:
        return gettext("The failed items are too long.")
    if len(row.report_number) > SamplingBatch._meta.get_field("report_number").max_length:
        return gettext("The number of the report is too long.")
    if not row.on:
        return gettext("The date is missing.") if row.on == "" else gettext("The date can't be read.")
    if row.day > today():
        return gettext("The date is in the future.")
    if since and row.day < since:
        return gettext("The result is earlier than the sampling or the objection.")
    return ""


def sealed(judged, *, source, campaign, by) -> str:
    """The rows that will be entered, signed so that they come back as they were shown."""
    rows = [asdict(one.row) for one in judged if one.is_ok]
    return signing.dumps(
        {"by": by.pk, "campaign": campaign.pk, "source": source, "rows": rows}, salt=SALT, compress=True
    )


def unsealed(text, *, by) -> tuple[list[Row], str, int]:
    """The rows, their source and the key of the campaign. Raises ValidationError for what is not this officer's, or too old."""
    try:
        kept = signing.loads(text, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        kept = {}
    if kept.get("by") != by.pk:
        raise ValidationError(gettext("This check of the list is too old: choose the file again."))
    return [Row(**row) for row in kept["rows"]], kept["source"], kept["campaign"]


@transaction.atomic
def enter_results(judged, *, source, by) -> int:
    """Write the result of every row; returns how many. Raises ValidationError, and writes nothing, when one can't be entered."""
    if not judged or not all(one.is_ok for one in judged):
        raise ValidationError(
            gettext("Some batches changed since the list was checked: nothing was written. Look again and apply.")
        )
    for one in judged:
        row = one.row
        one.batch.record_result(
            by=by, passed=row.passed, failed_items=row.failed_items, report_number=row.report_number, on=row.day, reason=source
        )  # fmt: skip
    return len(judged)


def blank_list(*, campaign, by) -> bytes:
    """A workbook to fill in: the header, and the numbers of the batches that wait for a result."""
    book = Workbook()
    sheet = book.active
    own = [spellings[0] for spellings in WORDS["columns"].values()]
    _write(sheet, 1, [*own, *WORDS["reading"]])
    waiting = SamplingBatch.objects.visible_to(by).of_campaign(campaign).filter(status__in=AWAITED)
    for line, batch in enumerate(waiting.select_related("entity").order_by("number")[:MOST_ROWS], start=2):
        facts = [batch.entity.name, batch.maker, batch.model_name]
        _write(sheet, line, [batch.number, *[""] * (len(own) - 1), *facts])
    sheet.freeze_panes = "A2"
    for column in sheet.iter_cols(min_row=1, max_row=1):
        sheet.column_dimensions[column[0].column_letter].width = 20
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _write(sheet, line, values):
    """Text, even where it looks like a formula."""
    for place, value in enumerate(values, start=1):
        if value:
            cell = sheet.cell(line, place, value)
            cell.data_type, cell.number_format = "s", "@"
