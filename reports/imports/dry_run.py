"""What a file would do: each row is new, changed, unchanged, a possible duplicate, or wrong at a cell; nothing is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from openpyxl.utils import get_column_letter

from entities.making import Maker
from entities.outside import is_storable
from reports.imports.declare import Kind
from reports.imports.read import code_of, day_of, read, text_of

MOST_TEXTS, MOST_DIGITS = 2000, 20


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
    names: tuple[str, ...]
    cells: tuple
    outcome: Outcome
    record: models.Model | None = None
    candidates: tuple = ()
    changes: Sequence[str] = ()

    @property
    def row(self) -> dict:
        """What stands in each column, as it was meant."""
        return dict(zip(self.names, self.cells, strict=True))


@dataclass(frozen=True)
class Rows:
    """Those of the rows that can be read, or those that can't wholly be, made of their cells each time they are gone through."""

    checked: list[Checked]
    wrong: dict
    whole: bool

    def __iter__(self):
        return (one.row for one in self.checked if (one.number in self.wrong) != self.whole)


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


def dry_run(noun, name, content, *, officer, campaign, alone=True) -> DryRun:
    """Check a file. Raises ValidationError when it is no such list at all.

    Without `alone` what each new or changed row is in itself is not judged: for rows that are written next, which judges it.
    """
    sheet, rows, wrong, places, hidden = _read(noun.sheet, name, content)
    readable, partly = Rows(rows, wrong, True), Rows(rows, wrong, False)
    context = noun.load(readable, officer=officer, campaign=campaign, partly=partly)
    maker = Maker(noun.model)
    seen, findings, first_column = {}, [], noun.sheet.columns[0].key
    for checked in rows:
        row, errors = checked.row, wrong.get(checked.number)
        if errors is not None:
            keys = row.keys() - {key for key, _reason in errors}
            errors += noun.misplaced(row, keys, context)
        else:
            errors = _judge(noun, checked, row, context, maker if alone else None)
            first = seen.setdefault(noun.key(row), checked.number)
            if first != checked.number:
                errors.append((first_column, gettext("The same as row %(row)d.") % {"row": first}))
        if errors:
            checked.outcome = Outcome.WRONG
            errors += _wrong_in_itself(noun, row, {key for key, _reason in errors}, maker)
        for key, reason in errors:
            letter = get_column_letter(places[key] + 1) if key in places else ""
            findings.append(Finding(sheet, checked.number, letter, reason))
    return DryRun(rows, findings, hidden, context)


def _read(sheet, name, content):
    """The name of the sheet, its rows, what is wrong in the cells of each, where the columns stand, and the sheets nobody sees."""
    book = read(name, content)
    _refuse_template(sheet, book.template)
    page, line, places = _page(sheet, book)
    readers, rows, wrong = [(column, places.get(column.key), _reader(column)) for column in sheet.columns], [], {}
    names = tuple(column.key for column in sheet.columns)
    for number, cells in enumerate(page.rows, start=1):
        if number > line + 1 and any(text_of(cell) for cell in cells):
            values, errors = _clean(readers, cells, page, number)
            if errors:
                wrong[number] = errors
            rows.append(Checked(number, names, tuple(values), Outcome.WRONG if errors else Outcome.NEW))
    return page.name, rows, wrong, places, book.hidden


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


def _clean(readers, cells, page, number):
    """What stands in each column, and what is wrong there; a wrong cell counts as empty."""
    values, wrong = [], []
    width, formulas, merged = len(cells), page.formulas, page.merged
    for column, place, meaning in readers:
        try:
            if place is not None:
                if formulas and (number, place + 1) in formulas:
                    raise ValidationError(gettext("Here stands a formula: enter the value itself."))
                if merged and (number, place + 1) in merged:
                    raise ValidationError(gettext("This cell is merged with others: split it and fill in each."))
            cell = cells[place] if place is not None and place < width else None
            # A workbook may name any character by its number.
            if cell.__class__ is str and not is_storable(cell):
                raise ValidationError(gettext("This cell holds a character that can't be kept: type it again."))
            value = meaning(cell)
            if column.required and (value is None or value == ""):
                raise ValidationError(gettext("This must be filled in."))
        except ValidationError as error:
            value = None if column.kind in (Kind.DAY, Kind.NUMBER) else ""
            wrong.append((column.key, " ".join(error.messages)))
        values.append(value)
    return values, wrong


def _reader(column):
    """How a cell of the column is understood; what stands in many cells is so once."""
    match column.kind:
        case Kind.DAY:
            return lru_cache(typed=True)(day_of)
        case Kind.NUMBER:
            return lambda cell: _number(code_of(cell))
        case Kind.CHOICE:
            # In the language of now.
            meant = {code_of(spelt).casefold(): value for value, label in column.choices for spelt in (value, label)}
            return lru_cache(typed=True)(lambda cell: _choice(meant, code_of(cell)))
        case Kind.REGION:
            return lru_cache(typed=True)(code_of)
        case Kind.CODE:
            return code_of
        case _:
            return _kept_once(text_of)


def _kept_once(meaning):
    """The same, but that one text is kept for all cells in which it stands, as long as these are not too many texts."""
    known = {}

    def understood(cell):
        text = meaning(cell)
        return known.setdefault(text, text) if len(known) < MOST_TEXTS else known.get(text, text)

    return understood


def _number(text):
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValidationError(gettext("This is no number.")) from error
    # 1e1000000 is written in a moment and would take hours to be worked out.
    if not value.is_finite() or abs(value.adjusted()) > MOST_DIGITS:
        raise ValidationError(gettext("This is no number."))
    return value


def _choice(meant, text):
    if text and text.casefold() not in meant:
        raise ValidationError(gettext("Choose from the list."))
    return meant[text.casefold()] if text else ""


def _judge(noun, checked, row, context, maker):
    """What is wrong with the row against the database, or in itself; what it would do is kept at it."""
    found = noun.find(row, context)
    errors = list(found.errors)
    checked.record, checked.candidates = found.record, found.candidates
    if found.record is None and maker is None:
        checked.outcome = Outcome.DUPLICATE if found.candidates else Outcome.NEW
        return errors
    values = noun.values(row, context)
    if found.record is not None:
        checked.changes = noun.changes(found.record, values, row, context)
        checked.outcome = Outcome.CHANGED if checked.changes else Outcome.UNCHANGED
    elif found.candidates:
        checked.outcome = Outcome.DUPLICATE
    if maker is not None and not errors and checked.outcome != Outcome.UNCHANGED:
        try:
            noun.check(values, maker)
        except ValidationError as error:
            errors += at_cells(noun, error)
    return errors


def _wrong_in_itself(noun, row, told, maker):
    """What is wrong with those cells of the row of which nothing was told yet, each in itself."""
    try:
        noun.check_cells(row, row.keys() - told, maker)
    except ValidationError as error:
        return [(key, reason) for key, reason in at_cells(noun, error) if key not in told]
    return []


def at_cells(noun, error) -> list[tuple[str, str]]:
    """The complaints of a model, each at the column that it is about."""
    told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    first = noun.sheet.columns[0].key
    return [(noun.attributes.get(name, first), text) for name, texts in told.items() for text in texts]
