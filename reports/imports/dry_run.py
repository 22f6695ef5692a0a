"""What a file would do: each row is new, changed, unchanged, a possible duplicate, or wrong at a cell; nothing is written."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from openpyxl.utils import get_column_letter

from reports.imports.declare import Kind
from reports.imports.read import code_of, day_of, read, text_of


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """What is wrong with a cell; row and column as the spreadsheet shows them."""

    sheet: str
    row: int
    column: str
    reason: str


@dataclass(slots=True)
class Checked:
    """A row with what it would do. There may be many, so it keeps nothing that follows from the row."""

    number: int
    row: dict
    outcome: Outcome
    record: models.Model | None = None
    candidates: tuple = ()
    changes: list = field(default_factory=list)


@dataclass
class DryRun:
    """All rows with what they would do, and everything that is wrong."""

    rows: list[Checked]
    findings: list[Finding]
    hidden: list[str]
    context: object

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.outcome for row in self.rows)
        return {outcome.value: found[outcome] for outcome in Outcome}


def dry_run(noun, name, content, *, officer, campaign) -> DryRun:
    """Check a file. Raises ValidationError when it is no such list at all."""
    book = read(name, content)
    _refuse_template(noun.sheet, book.template)
    page, line, places = _page(noun.sheet, book)
    findings, cleaned, meant = [], [], {column.key: _meant(column) for column in noun.sheet.columns}
    for at in range(line + 1, len(page.rows)):
        # What was read is let go: a long list need not be kept twice.
        cells, page.rows[at] = page.rows[at], ()
        if any(text_of(cell) for cell in cells):
            row, wrong = _clean(noun.sheet, cells, places, page, at + 1, meant)
            cleaned.append((at + 1, row, wrong))
    readable = [row for _number, row, wrong in cleaned if not wrong]
    context = noun.load(readable, officer=officer, campaign=campaign)
    seen, rows = {}, []
    for number, row, wrong in cleaned:
        checked, errors = (Checked(number, row, Outcome.WRONG), wrong) if wrong else _judge(noun, number, row, context)
        if not wrong:
            first = seen.setdefault(noun.key(row), number)
            if first != number:
                errors = [*errors, (noun.sheet.columns[0].key, gettext("The same as row %(row)d.") % {"row": first})]
        if errors:
            checked.outcome = Outcome.WRONG
        rows.append(checked)
        for key, reason in errors:
            letter = get_column_letter(places[key] + 1) if key in places else ""
            findings.append(Finding(page.name, number, letter, reason))
    return DryRun(rows, findings, book.hidden, context)


def _refuse_template(sheet, told):
    if told and [text_of(cell) for cell in told[:2]] != [sheet.name, str(sheet.version)]:
        raise ValidationError(gettext("This is another template, or an old one: download the present one."))


def _page(sheet, book):
    refused = ValidationError(gettext("The file has no sheet that can be seen."))
    for page in book.pages:
        try:
            return page, *sheet.header(page.rows)
        except ValidationError as error:
            # The first sheet is the one that people fill in: its complaint is told.
            refused = error if page is book.pages[0] else refused
    raise refused


def _meant(column):
    """What each spelling of a choice means, in the language of now."""
    return {code_of(spelling).casefold(): value for value, label in column.choices for spelling in (value, label)}


def _clean(sheet, cells, places, page, number, meant):
    row, wrong = {}, []
    for column in sheet.columns:
        place = places.get(column.key)
        cell = cells[place] if place is not None and place < len(cells) else None
        try:
            if place is not None and page.formulas and (number, place + 1) in page.formulas:
                raise ValidationError(gettext("Here stands a formula: enter the value itself."))
            if place is not None and page.merged and (number, place + 1) in page.merged:
                raise ValidationError(gettext("This cell is merged with others: split it and fill in each."))
            row[column.key] = value = _value(column, cell, meant[column.key])
            if column.required and value in ("", None):
                raise ValidationError(gettext("This must be filled in."))
        except ValidationError as error:
            wrong.append((column.key, " ".join(error.messages)))
    return row, wrong


def _value(column, cell, meant):
    match column.kind:
        case Kind.DAY:
            return day_of(cell)
        case Kind.NUMBER:
            return _number(code_of(cell))
        case Kind.CHOICE:
            return _choice(meant, code_of(cell))
        case Kind.CODE | Kind.REGION:
            return code_of(cell)
        case _:
            return text_of(cell)


def _number(text):
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValidationError(gettext("This is no number.")) from error
    if not value.is_finite():
        raise ValidationError(gettext("This is no number."))
    return value


def _choice(meant, text):
    if text and text.casefold() not in meant:
        raise ValidationError(gettext("Choose from the list."))
    return meant[text.casefold()] if text else ""


def _judge(noun, number, row, context):
    found = noun.find(row, context)
    errors = list(found.errors)
    values = noun.values(row, context)
    checked = Checked(number, row, Outcome.NEW, found.record, found.candidates)
    if found.record is not None:
        checked.changes = noun.changes(found.record, values, row, context)
        checked.outcome = Outcome.CHANGED if checked.changes else Outcome.UNCHANGED
    elif found.candidates:
        checked.outcome = Outcome.DUPLICATE
    if not errors and checked.outcome != Outcome.UNCHANGED:
        try:
            noun.check(values)
        except ValidationError as error:
            errors += at_cells(noun, error)
    return checked, errors


def at_cells(noun, error) -> list[tuple[str, str]]:
    """The complaints of a model, each at the column that it is about."""
    told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    first = noun.sheet.columns[0].key
    return [(noun.attributes.get(name, first), text) for name, texts in told.items() for text in texts]
