"""Large exports: the same cells from both writers and as text, the archive of evidence, and who may have them."""

import csv
import hashlib
import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from inspections.models import Evidence
from reports.columns import Column
from reports.jobs import Cancelled, perform
from reports.models import Job
from reports.spreadsheets import write_csv, write_rows
from tests.factories import make_inspection, make_photo
from tests.ledger_records import make_one_of_each

NASTY = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "#N/A",
    "=\x07cmd",
    "a\x00b",
    "two\r\nlines",
    "汉字",
    "",
    "x" * 40_000,
]


@dataclass
class Thing:
    text: str
    number: int | None
    money: Decimal | None
    day: date | None
    moment: datetime | None
    flag: bool


def things(count):
    for n in range(count):
        empty = n % 5 == 4
        yield Thing(
            NASTY[n % len(NASTY)],
            None if empty else n - 3,
            None if empty else Decimal(n) / 4,
            None if empty else date(2024, 5, 1 + n % 28),
            None if empty else datetime(2024, 5, 1, 20, n % 60, tzinfo=UTC),
            n % 2 == 0,
        )


COLUMNS = [
    Column("text", "name", read=lambda t: t.text),
    Column("text_again", "name", read=lambda t: t.text[::-1]),
    Column("number", "number", "number", read=lambda t: t.number),
    Column("money", "=money", "money", read=lambda t: t.money),
    Column("day", "day", "date", read=lambda t: t.day),
    Column("moment", "moment", "time", read=lambda t: t.moment),
    Column("flag", "flag", "flag", read=lambda t: t.flag),
]
ABOUT = [("ledger", "=things"), ("records", 26)]


def rows_of(records):
    return ([column.value(record) for column in COLUMNS] for record in records)


def written(path, *, count=26, **how):
    write_rows(path, title="things", columns=COLUMNS, rows=rows_of(things(count)), count=count, about=ABOUT, **how)
    return load_workbook(path)


def cells(book):
    return [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets]


@pytest.mark.parametrize("sheet_rows", [10, 1000])
def test_both_writers_write_every_cell_alike(tmp_path, sheet_rows):
    fast = written(tmp_path / "fast.xlsx", sheet_rows=sheet_rows)
    plain = written(tmp_path / "plain.xlsx", sheet_rows=sheet_rows, fast=False)
    assert fast.sheetnames == plain.sheetnames
    assert cells(fast) == cells(plain)
    for one, other in zip(fast.worksheets[:-1], plain.worksheets[:-1], strict=True):
        for mine, theirs in zip(one.iter_rows(), other.iter_rows(), strict=True):
            assert [c.data_type for c in mine] == [c.data_type for c in theirs]
            assert not {c.data_type for c in mine} & {"f", "e"}


def test_text_that_could_run_stays_quoted_in_both(tmp_path):
    for fast in (True, False):
        sheet = written(tmp_path / "book.xlsx", fast=fast).worksheets[0]
        suspect = [
            c for row in sheet.iter_rows(min_row=2) for c in row if str(c.value)[:1] in "=+@" and c.data_type == "s"
        ]
        assert suspect
        assert all(cell.quotePrefix for cell in suspect)


def test_a_sheet_that_is_full_is_continued_in_the_next(tmp_path):
    book = written(tmp_path / "book.xlsx", sheet_rows=10)
    assert [sheet.max_row for sheet in book.worksheets[:-1]] == [11, 11, 7]
    assert [sheet["A1"].value for sheet in book.worksheets[:-1]] == ["name"] * 3
    numbers = [row[2] for sheet in book.worksheets[:-1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert numbers == [thing.number for thing in things(26)]
    assert book.worksheets[-1]["B2"].value == 26


def test_exactly_full_sheets_are_followed_by_no_empty_one(tmp_path):
    book = written(tmp_path / "book.xlsx", count=20, sheet_rows=10)
    assert [sheet.max_row for sheet in book.worksheets[:-1]] == [11, 11]


def test_what_is_entered_while_it_is_written_is_left_out(tmp_path):
    rows = rows_of(things(15))
    write_rows(tmp_path / "b.xlsx", title="t", columns=COLUMNS, rows=rows, count=10, about=ABOUT, sheet_rows=10)
    assert [sheet.max_row for sheet in load_workbook(tmp_path / "b.xlsx").worksheets] == [11, 2]


def test_text_file_holds_the_cells_of_the_workbook_and_nothing_that_runs(tmp_path):
    write_csv(tmp_path / "t.csv", columns=COLUMNS, rows=rows_of(things(26)), count=26)
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert head[3] == "'=money"
    book = written(tmp_path / "b.xlsx").worksheets[0].iter_rows(min_row=2, values_only=True)
    for row, line in zip(rows, book, strict=True):
        for number, (text, value) in enumerate(zip(row, line, strict=True)):
            if isinstance(value, str):
                assert text.removeprefix("'") == value
                assert not text.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
            elif isinstance(value, datetime):
                assert text == (f"{value:%Y-%m-%d}" if number == 4 else f"{value:%Y-%m-%d %H:%M}")
            else:
                assert (float(text) if text else None) == value


@pytest.mark.parametrize("fast", [True, False])
def test_a_stop_in_the_middle_reaches_the_caller(tmp_path, fast):
    def stopped():
        yield from things(3)
        raise Cancelled

    with pytest.raises(Cancelled):
        rows = rows_of(stopped())
        write_rows(tmp_path / "b.xlsx", title="t", columns=COLUMNS, rows=rows, count=9, about=ABOUT, fast=fast)


@pytest.fixture
def kept(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def do(job):
    perform(job.pk, job.task_id)
    job.refresh_from_db()
    return job


def content_of(client, job):
    response = client.get(reverse("job_file", args=[job.pk]))
    assert response.status_code == 200
    return b"".join(response.streaming_content)


@pytest.mark.django_db
def test_small_text_file_is_answered_at_once(world, client):
    make_inspection(world, inspected_on=date(2024, 6, 2))
    make_inspection(world, inspected_on=date(2024, 7, 2))
    client.force_login(world.leader)
    response = client.get(reverse("ledger_export_as", args=["inspection", "csv"], query={"from": "2024-07-01"}))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    _head, *rows = csv.reader(io.StringIO(text))
    assert len(rows) == 1
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_a_large_list_is_asked_about_and_made_in_the_background(world, client, settings, kept):
    settings.EXPORT_AT_ONCE_ROWS = 2
    for day in (1, 2, 3):
        make_inspection(world, inspected_on=date(2024, 6, day))
    make_inspection(world, inspected_on=date(2024, 7, 1))
    client.force_login(world.leader)
    url = reverse("ledger_export", args=["inspection"], query={"to": "2024-06-30", "sort": "inspected_on"})
    page = client.get(url)
    assert page.status_code == 200
    assert "<strong>3</strong>" in page.content.decode()
    assert not Job.objects.exists()
    answer = client.post(url)
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    assert do(job).status == "done", job.message
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content_of(client, job))).get_sheet_by_index(0).to_python()
    assert len(rows) == 3
    assert job.total == 3


@pytest.mark.django_db
def test_a_background_export_holds_only_what_its_officer_may_take_out(world, client, settings, kept):
    settings.EXPORT_AT_ONCE_ROWS = 0
    mine = make_inspection(world)
    make_inspection(world, by=world.stranger, entity=world.other_shop)
    client.force_login(world.inspector)
    client.post(reverse("ledger_export_as", args=["inspection", "csv"]))
    job = do(Job.objects.get())
    _head, *rows = csv.reader(io.StringIO(content_of(client, job).decode("utf-8-sig")))
    assert [row[-1] for row in rows] == [str(mine.pk)]


@pytest.mark.django_db
def test_export_is_refused_without_the_right_and_for_what_is_not_there(world, client):
    url = reverse("ledger_export_as", args=["inspection", "csv"])
    assert reverse("login") in client.get(url).url
    client.force_login(world.leader)
    assert client.get(reverse("ledger_export_as", args=["inspection", "doc"])).status_code == 404
    assert client.get(reverse("ledger_export_as", args=["inspection", "zip"])).status_code == 404
    assert client.get(reverse("ledger_export_as", args=["nothing", "csv"])).status_code == 404
    world.leader.groups.clear()
    assert client.get(url).status_code == 403
    assert client.post(url).status_code == 403
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_filters_that_make_no_sense_are_not_exported(world, client):
    client.force_login(world.leader)
    url = reverse("ledger_export_as", args=["inspection", "csv"], query={"from": "yesterday"})
    assert client.post(url).status_code == 302
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_a_list_whose_filters_stopped_making_sense_fails_in_words(world, client, settings, kept):
    settings.EXPORT_AT_ONCE_ROWS = 0
    client.force_login(world.leader)
    client.post(reverse("ledger_export", args=["inspection"]))
    Job.objects.update(parameters={"ledger": "inspection", "query": "figure=gone", "form": "xlsx"})
    job = do(Job.objects.get())
    assert job.status == "failed"
    assert job.message


@pytest.mark.django_db
def test_archive_holds_the_files_and_an_index_that_names_what_is_missing_or_changed(world, client, kept):
    inspection = make_inspection(world)
    whole, missing, changed = (
        Evidence.attach(inspection, make_photo(f"{name}.png", colour), by=world.inspector)
        for name, colour in [("=whole", "red"), ("missing", "green"), ("changed", "blue")]
    )
    theirs = make_inspection(world, by=world.stranger, entity=world.other_shop)
    Evidence.attach(theirs, make_photo("theirs.png"), by=world.stranger)
    default_storage.delete(missing.file.name)
    (kept / changed.file.name).write_bytes(b"something else")
    client.force_login(world.manager)
    url = reverse("ledger_export_as", args=["evidence", "zip"])
    assert client.get(url).status_code == 200
    assert not Job.objects.exists()
    client.post(url)
    job = do(Job.objects.get())
    assert job.status == "done", job.message
    archive = zipfile.ZipFile(io.BytesIO(content_of(client, job)))
    assert archive.testzip() is None
    assert {info.compress_type for info in archive.infolist() if info.filename != "index.xlsx"} == {zipfile.ZIP_STORED}
    names = [name for name in archive.namelist() if name != "index.xlsx"]
    assert len(names) == 2
    kept_name = next(name for name in names if "whole" in name)
    assert hashlib.sha256(archive.read(kept_name)).hexdigest() == whole.sha256
    rows = load_workbook(io.BytesIO(archive.read("index.xlsx"))).worksheets[0].iter_rows(min_row=2, values_only=True)
    found = {row[4]: (row[0], row[1]) for row in rows}
    assert set(found) == {"=whole.png", "missing.png", "changed.png"}
    assert found["=whole.png"][0] == kept_name
    assert found["missing.png"][0] is None
    assert len({state for _name, state in found.values()}) == 3


@pytest.mark.django_db
def test_archive_asks_the_same_number_of_queries_for_many_files(world, kept):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from reports import jobs

    inspection = make_inspection(world)

    def asked(count):
        for number in range(count):
            Evidence.attach(inspection, make_photo(f"{number}.png"), by=world.inspector)
        job = jobs.start(
            "evidence_export", by=world.manager, campaign=world.campaign,
            parameters={"ledger": "evidence", "query": "", "form": "zip"},
        )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            do(job)
        assert job.status == "done", job.message
        return len([q for q in queries if "UPDATE" not in q["sql"]])

    assert asked(1) == asked(5)


@pytest.mark.django_db
def test_every_ledger_can_be_written_in_the_background(world, client, settings, kept):
    settings.EXPORT_AT_ONCE_ROWS = -1
    make_one_of_each(world)
    client.force_login(world.administrator)
    for name in ("entity", "evidence", "case", "return"):
        client.post(reverse("ledger_export", args=[name]))
    for job in Job.objects.all():
        assert do(job).status == "done", job.message
