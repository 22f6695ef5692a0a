"""What is done with a file that was handed in: it is checked, written as a whole or not at all, and taken back as a whole."""

import hashlib
import json
from dataclasses import astuple, dataclass
from itertools import groupby, islice

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext

from entities.inserting import insert_rows
from entities.trace import Way, coming_by, current_address
from inspections import uploads
from inspections.uploads.storing import kept
from reports.imports.dry_run import Finding, Outcome, at_cells, dry_run
from reports.imports.nouns import NOUNS
from reports.models.imported import Import, ImportedRow, ImportStatus, RowOutcome, stored_name

SKIP, AS_NEW = "skip", "new"
MOST_LINES, MOST_FINDINGS = 500, 10_000
STEP_ROWS, AT_ONCE_ROWS = 50, 1000


class CheckedAgain(ValidationError):
    """What the file would do is no longer what the officer was shown: it was checked again and waits for another look."""


class RefusedRows(ValidationError):
    """Rows that a rule of their record refused; nothing was written."""

    def __init__(self, findings):
        self.findings = findings
        where = gettext("Row %(row)d: %(reason)s")
        super().__init__([where % {"row": found.row, "reason": found.reason} for found in findings])


def hand_in(noun, name, content, *, campaign, by) -> Import:
    """Keep a file as it came; nothing of it is written yet. Raises ValidationError when it must not or can't be kept."""
    try:
        ending = uploads.check_list(content, name=name)
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error
    source = Import(
        campaign=campaign, kind=noun.sheet.name, template_version=noun.sheet.version, name=uploads.clean_name(name), by=by,
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    source.file = stored_name(source, f"list{ending}")
    with kept(source.file.storage, source.file.name, content):
        source.save()
    return source


def check(source):
    """Look through the file and keep what it would do. Raises ValidationError when it is no such list."""
    run = _run(source, source.by)
    source.counts = run.counts | {"findings": len(run.findings)}
    source.findings = [astuple(found) for found in run.findings[:MOST_FINDINGS]]
    source.lines = [_line(row) for row in _worth_telling(run.rows)]
    source.hidden = run.hidden
    source.judgement = _judgement(run)
    source.save(update_fields=["counts", "findings", "lines", "hidden", "judgement"])


@transaction.atomic
def choose(source, choices):
    """Keep what is to become of each possible duplicate, as long as nothing is written."""
    source.status = Import.objects.select_for_update().values_list("status", flat=True).get(pk=source.pk)
    if source.status != ImportStatus.CHECKED:
        return
    allowed = {
        str(line["row"]): {SKIP, AS_NEW, *(str(one["pk"]) for one in line["candidates"])} for line in source.doubtful
    }
    source.choices = {row: choice for row, choice in choices.items() if choice in allowed.get(row, ())}
    source.save(update_fields=["choices"])


def apply(source, *, by, without_wrong=False, told=None, confirm=None) -> bool:
    """Write the file's rows in one transaction; False when they are written already.

    Raises ValidationError, with everything as it was, when the file or the database has changed since the check, when
    rows are wrong, or when a rule refuses one. `told(done, total)` is called on the way, `confirm()` before the end.
    """
    try:
        with coming_by(Way.IMPORT, current_address()):
            return _apply(source, by, without_wrong, told, confirm)
    except CheckedAgain:
        source.refresh_from_db()
        check(source)
        raise
    except ValidationError:
        source.refresh_from_db()
        raise


@transaction.atomic
def _apply(source, by, without_wrong, told, confirm):
    source.status = Import.objects.select_for_update().values_list("status", flat=True).get(pk=source.pk)
    if source.status == ImportStatus.APPLIED:
        return False
    if source.status == ImportStatus.TAKEN_BACK:
        raise ValidationError(gettext("This import was taken back: hand the file in again."))
    # Whatever is written is judged in itself by the verb that writes it. Only wrong rows, which nothing writes, are told by judging
    # each row in itself beforehand, as the check did.
    noun, run = NOUNS[source.kind], _run(source, source.by, alone=bool(source.wrong))
    if _judgement(run) != source.judgement:
        raise CheckedAgain(
            gettext("The records have changed since the file was checked. It was checked again: look at it once more.")
        )
    _refuse_wrong(noun, run, without_wrong)
    source.applied_at, source.applied_by, source.status = timezone.now(), by, ImportStatus.APPLIED
    rows = [row for row in run.rows if row.outcome != Outcome.WRONG]
    refused, done = [], 0
    for piece in _pieces(noun, rows):
        if told:
            told(done, len(rows))
        done += len(piece)
        written = _write_at_once(source, noun, piece, run.context, by)
        if written is None:
            written = _write_each(source, noun, piece, run.context, by, refused)
        _keep(source, written)
    if refused:
        raise RefusedRows(refused)
    source.save(update_fields=["status", "applied_at", "applied_by"])
    if told:
        told(len(rows), len(rows))
    if confirm:
        confirm()
    return True


@transaction.atomic
def take_back(source, *, by, reason, told=None, confirm=None):
    """Undo all that the import wrote, last row first; `told` and `confirm` as for `apply`.

    Raises ValidationError, with everything as it was, when something hinders.
    """
    with coming_by(Way.IMPORT, current_address()):
        _take_back(source, by, reason, told, confirm)


def _take_back(source, by, reason, told, confirm):
    source.status = Import.objects.select_for_update().values_list("status", flat=True).get(pk=source.pk)
    if source.status != ImportStatus.APPLIED:
        raise ValidationError(gettext("Only an import that was written can be taken back."))
    if not reason.strip():
        raise ValidationError({"reason": gettext("Say why it is taken back.")})
    noun, hindered = NOUNS[source.kind], []
    written = source.rows.count()
    for done, row in enumerate(source.rows.order_by("-number").select_related("content_type").iterator(chunk_size=500)):
        if told and done % STEP_ROWS == 0:
            told(done, written)
        try:
            with transaction.atomic():
                _undo(source, noun, row, by, reason.strip())
        except ValidationError as error:
            hindered.append(
                gettext("Row %(row)d: %(reason)s") % {"row": row.number, "reason": " ".join(error.messages)}
            )
    if hindered:
        raise ValidationError(hindered)
    source.status = ImportStatus.TAKEN_BACK
    source.taken_back_at, source.taken_back_by, source.taken_back_reason = timezone.now(), by, reason.strip()
    source.save(update_fields=["status", "taken_back_at", "taken_back_by", "taken_back_reason"])
    if told:
        told(written, written)
    if confirm:
        confirm()


def content_of(source) -> bytes:
    """The file as it was handed in. Raises ValidationError when it is missing or is another one by now."""
    try:
        with source.file.open("rb") as handed_in:
            content = handed_in.read()
    except FileNotFoundError as error:
        raise ValidationError(gettext("The file is missing: hand it in again.")) from error
    except OSError as error:
        raise ValidationError(gettext("The storage of the files gives no answer: try again later.")) from error
    if hashlib.sha256(content).hexdigest() != source.sha256:
        raise ValidationError(gettext("The file is no longer the one that was checked: hand it in again."))
    return content


def _run(source, officer, *, alone=True):
    return dry_run(
        NOUNS[source.kind], source.name, content_of(source), officer=officer, campaign=source.campaign, alone=alone
    )  # fmt: skip


def _judgement(run) -> str:
    told = hashlib.sha256()
    for row in run.rows:
        candidates = sorted(one.pk for one in row.candidates)
        told.update(
            f"{row.number} {row.outcome} {row.record and row.record.pk} {candidates} {list(row.changes)}\n".encode()
        )
    for found in run.findings:
        told.update(json.dumps(astuple(found)).encode())
    return told.hexdigest()


def _worth_telling(rows):
    """All possible duplicates, and the first of what would be changed or is new."""
    doubtful = [row for row in rows if row.outcome == Outcome.DUPLICATE]
    others = [row for kind in (Outcome.CHANGED, Outcome.NEW) for row in rows if row.outcome == kind]
    return [*doubtful, *others[:MOST_LINES]]


def _line(row) -> dict:
    known = row.record
    return {
        "row": row.number,
        "outcome": row.outcome,
        "label": " ".join(str(row.row.get(name) or "") for name in ("name", "credit_code", "number", "title")).strip(),
        "record": known and [str(known), known.get_absolute_url()],
        "changes": list(row.changes),
        "candidates": [{"pk": one.pk, "label": str(one), "url": one.get_absolute_url()} for one in row.candidates],
    }


def _refuse_wrong(noun, run, without_wrong):
    wrong = run.counts[Outcome.WRONG]
    if wrong and not noun.stands_alone:
        raise ValidationError(
            gettext("%(count)d rows are wrong: mend them in the file, since a visit is entered as a whole.")
            % {"count": wrong}
        )
    if wrong and not without_wrong:
        raise ValidationError(
            gettext("%(count)d rows are wrong: mend them in the file, or tick that they are left out.")
            % {"count": wrong}
        )


def _pieces(noun, rows):
    """The rows in their order, cut where one is new and the next is not, and where a piece is long enough."""
    kinds = groupby(rows, lambda row: noun.makes_many and row.outcome == Outcome.NEW)
    for is_new, some in kinds:
        while piece := list(islice(some, AT_ONCE_ROWS if is_new else STEP_ROWS)):
            yield piece


def _write_at_once(source, noun, piece, context, by):
    """The traces of new rows, written together; None when one is refused, or when they are no such rows: then they are written
    one by one, which says what is wrong.
    """
    if not noun.makes_many or piece[0].outcome != Outcome.NEW:
        return None
    try:
        with transaction.atomic():
            records = noun.make_many([noun.values(row.row, context) for row in piece], by=by)
    except (ValidationError, IntegrityError, DataError):
        return None
    return [Trace(row.number, record, None) for row, record in zip(piece, records, strict=True)]


def _write_each(source, noun, piece, context, by, refused):
    """The traces of rows written one by one; what a rule refuses is added to `refused`."""
    written = []
    for row in piece:
        try:
            with transaction.atomic():
                written.append(_write(source, noun, row, context, by))
        except ValidationError as error:
            refused += [Finding("", row.number, column, reason) for column, reason in at_cells(noun, error)]
    return [trace for trace in written if trace is not None]


def _write(source, noun, row, context, by):
    """The trace of what was written, if anything was."""
    record = row.record
    if row.outcome == Outcome.DUPLICATE:
        choice = source.choices.get(str(row.number), SKIP)
        record = next((one for one in row.candidates if str(one.pk) == choice), None)
        if choice == SKIP:
            return None
    elif row.outcome == Outcome.UNCHANGED:
        return None
    if record is None:
        return Trace(row.number, noun.make(row.row, noun.values(row.row, context), context, by=by), None)
    # What others saved since the list was looked through is not written over: nobody has seen both.
    before = record.version
    record.lock(before)
    noun.change(record, row.row, noun.values(row.row, context), context, by=by)
    record.refresh_from_db(fields=["version"])
    return Trace(row.number, record, before)


@dataclass(frozen=True, slots=True)
class Trace:
    """A record that a row made or changed, of which version."""

    number: int
    record: models.Model
    version_before: int | None


def _keep(source, traces):
    """Keep what was made or changed by which row, so that it can be taken back."""
    if not traces:
        return
    keys = {model: ContentType.objects.get_for_model(model).pk for model in {type(trace.record) for trace in traces}}
    names = ("source", "number", "content_type", "object_id", "outcome", "version_before", "version_after")
    insert_rows(
        ImportedRow,
        [ImportedRow._meta.get_field(name) for name in names],
        (
            (
                source.pk, one.number, keys[type(one.record)], one.record.pk,
                RowOutcome.MADE.value if one.version_before is None else RowOutcome.CHANGED.value,
                one.version_before, one.record.version,
            )
            for one in traces
        ),
    )  # fmt: skip


def _undo(source, noun, row, by, reason):
    record = row.record
    if record is None:
        return
    if row.outcome == RowOutcome.MADE:
        noun.take_back_new(record, by=by, reason=reason)
        return
    record.lock()
    if record.version != row.version_after:
        raise ValidationError(gettext("“%(record)s” was changed since: it stays.") % {"record": record})
    before = record.history.filter(version=row.version_before).first()
    noun.take_back_change(record, before, source, by=by, reason=reason)
