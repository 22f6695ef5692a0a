"""What leaves the system: a ledger as a workbook or as text, and the files of evidence with their index."""

import hashlib
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.standby import work_reads_at_standby
from entities.today import today
from inspections.models import Evidence
from inspections.views.evidence import download_name
from reports import jobs
from reports.as_of import as_of, end_of
from reports.columns import Column
from reports.jobs import RIGHTS_CHANGED, Work, declare_work
from reports.ledgers import BY_NAME
from reports.selection import Selection
from reports.spreadsheets import write_csv, write_rows
from reports.values import values_of

CHUNK_ROWS = 2000
STEP_ROWS = 500
PIECE_BYTES = 1024 * 1024
FORMS = {"xlsx": _("Excel workbook"), "csv": _("text (.csv)"), "zip": _("files with their index (.zip)")}


@dataclass(frozen=True)
class Export:
    """The records of a selection that its officer may take out, in one form."""

    chosen: Selection
    form: str

    @classmethod
    def of_job(cls, progress):
        """What a job was asked for, under the rights of now. Raises ValidationError when it can't be had any more."""
        asked = progress.parameters
        declared = BY_NAME[asked["ledger"]]
        if not progress.officer.has_perm(declared.permission):
            raise ValidationError(RIGHTS_CHANGED)
        try:
            chosen = Selection(declared, progress.officer, progress.job.campaign, QueryDict(asked["query"]))
        except Http404:
            raise ValidationError(_("The figure behind this list is no longer there: open the ledger again.")) from None
        if not chosen.is_valid:
            raise ValidationError(_("These filters no longer make sense: open the ledger again."))
        return cls(chosen, asked["form"])

    @property
    def parameters(self) -> dict:
        """What a job needs to make the same."""
        return {"ledger": self.chosen.ledger.name, "query": self.chosen.url_query(), "form": self.form}

    @cached_property
    def count(self) -> int:
        return self.chosen.exportable.count()

    @property
    def filename(self) -> str:
        return f"{self.chosen.ledger.label}-{self.past or today()}.{self.form}"

    @property
    def past(self):
        """The past day whose records are taken out; None for those of now."""
        return self.chosen.scope.as_of

    def start(self, *, by):
        """The job that makes the file in the background."""
        work = "evidence_export" if self.form == "zip" else "ledger_export"
        what = {"campaign": self.chosen.campaign, "parameters": self.parameters, "label": self.filename}
        return jobs.start(work, by=by, **what)

    def write(self, path, told=None):
        """Write the file; `told(done, total)` is called on the way."""
        columns = self.chosen.columns if self.chosen.has_own_columns else self.chosen.ledger.exported
        rows = _counted(values_of(self.chosen.ledger, self.chosen.exportable, columns), self.count, told)
        if self.form == "csv":
            write_csv(path, columns=columns, rows=rows, count=self.count)
        else:
            title, about = self.chosen.ledger.label, self.about()
            write_rows(path, title=title, columns=columns, rows=rows, count=self.count, about=about)

    def records(self):
        """The records one after another, with all that the ledger shows of them, read in pieces."""
        loaded = self.chosen.ledger.loaded(self.chosen.exportable, self.chosen.ledger.exported)
        return loaded.iterator(chunk_size=CHUNK_ROWS)

    def about(self) -> list[tuple]:
        """The lines of the workbook's last sheet: what was asked, by whom, when."""
        chosen, officer, campaign = self.chosen, self.chosen.officer, self.chosen.campaign
        extent = gettext("every record in the officer's scope")
        if not officer.has_perm("inspections.export_scope"):
            extent = gettext("records made by the officer or their unit")
        lines = [
            (gettext("ledger"), str(chosen.ledger.label)),
            (gettext("campaign"), campaign.label if campaign and chosen.ledger.of_campaign else "—"),
            *chosen.describe(),
            (gettext("extent"), extent),
            (gettext("records"), self.count),
            (gettext("as of"), timezone.localtime().replace(tzinfo=None, microsecond=0).isoformat(sep=" ")),
            (gettext("exported by"), str(officer)),
        ]
        if self.past:
            told = gettext(
                "You are looking at the records as they stood at the end of %(day)s, rebuilt from the history."
            )
            lines.append((gettext("note"), told % {"day": self.past}))
        if campaign and campaign.is_synthetic:
            lines.append((gettext("note"), gettext("Demonstration data: no real person or business.")))
        return lines


def _counted(records, total, told):
    for number, record in enumerate(records):
        if told and number % STEP_ROWS == 0:
            told(number, total)
        yield record
    if told:
        told(total, total)


@work_reads_at_standby
def export_ledger(progress):
    """A ledger in the background."""
    export = Export.of_job(progress)
    with progress.write(export.filename) as path:
        if export.past:
            # Nothing that is written while the past is shown stays: how far the job is can't be told.
            with as_of(end_of(export.past)):
                export.write(path)
        else:
            export.write(path, progress.at)


@dataclass(frozen=True)
class Packed:
    """One file of the archive and what was found when it was packed."""

    item: Evidence
    name: str
    state: str


INDEX = [
    Column("name", _("name in the archive"), read=lambda packed: packed.name),
    Column("state", _("compared with its hash"), read=lambda packed: packed.state),
    Column("kind_of_record", _("kind of record"), read=lambda packed: str(packed.item.content_type)),
    Column("object_id", _("number of the record"), read=lambda packed: str(packed.item.object_id)),
    Column("original_name", _("original name"), read=lambda packed: packed.item.original_name),
    Column("caption", _("caption"), read=lambda packed: packed.item.caption),
    Column("sha256", "SHA-256", read=lambda packed: packed.item.sha256),
    Column("size", _("size in bytes"), "number", read=lambda packed: packed.item.size),
    Column("taken_at", _("taken at"), "time", read=lambda packed: packed.item.taken_at),
    Column("created_by", _("entered by"), read=lambda packed: str(packed.item.created_by)),
    Column("created_at", _("entered at"), "time", read=lambda packed: packed.item.created_at),
]


@work_reads_at_standby
def export_evidence(progress):
    """The files of evidence, unchanged and checked against their hashes while they are packed, with an index."""
    export = Export.of_job(progress)
    with progress.write(export.filename) as path, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        items = _counted(export.records(), export.count, progress.at)
        index = path.with_name("index.xlsx")
        packed = (_pack(archive, item, progress) for item in items)
        write_rows(
            index, title=export.chosen.ledger.label, columns=INDEX, count=export.count, about=export.about(),
            rows=([column.value(one) for column in INDEX] for one in packed),
        )  # fmt: skip
        archive.write(index, "index.xlsx")


def _pack(archive, item, progress):
    name = f"files/{item.pk}-{PurePath(download_name(item, item.file)).name}"
    progress.at(progress.done, progress.total)
    try:
        content = item.file.open("rb")
    except FileNotFoundError:
        return Packed(item, "", gettext("the file is missing"))
    digest = hashlib.sha256()
    with content, archive.open(zipfile.ZipInfo(name, _moment(item)), "w", force_zip64=True) as packed:
        while piece := content.read(PIECE_BYTES):
            digest.update(piece)
            packed.write(piece)
    same = digest.hexdigest() == item.sha256
    return Packed(item, name, gettext("as it was kept") if same else gettext("changed: its hash is another one"))


def _moment(item):
    return timezone.localtime(item.created_at).timetuple()[:6]


def declare():
    """Make both known to the worker."""
    declare_work(Work("ledger_export", _("export of a ledger"), "inspections.view_campaign", export_ledger))
    declare_work(Work("evidence_export", _("export of evidence"), "inspections.view_evidence", export_evidence))
