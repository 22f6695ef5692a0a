"""Reading, recounting and keeping figures at the size of a nation: `python -m bench.figures`, on a database of `load_scale`."""

import json
import os
import sys
import threading
import time
from statistics import median

import psycopg
from django.db import connection, transaction

from bench.timing import in_turn, milliseconds, row

WIDE_ROWS, WIDE_COLUMNS = 336, 23
WRITERS, HOT_INSERTS = 8, 150
COPIED = 20_000
# What no two visits share.
MADE_ANEW = ("id", "client_uuid", "notice_number", "record_number")


def measure() -> list[dict]:
    """All rows of the table that tell of figures."""
    return [*reading(), *recounting(), *writing()]


def _scope():
    from inspections.models import Campaign
    from reports.scope import FigureScope

    campaign = Campaign.objects.get()
    return FigureScope(campaign, campaign.region)


def speeds() -> dict:
    """Milliseconds of the dashboard's figures, kept and counted: for how they grow from one size to the next."""
    from inspections.models import Inspection

    _asked, ours, naive = _ways()
    visits = Inspection.objects.count()
    return {"visits": visits, "kept": milliseconds(ours), "counted": milliseconds(naive, times=1)}


def _ways():
    """The published figures, the two ways to ask for their totals, places and months."""
    from reports.cells.read import one_moment
    from reports.indicators import Indicator, published, totals
    from reports.rollup import county_rows, month_rows

    scope = _scope()
    asked = [declared for declared in published() if isinstance(declared, Indicator)]
    keys = [declared.key for declared in asked]

    def ours():
        with one_moment():
            return totals(scope, keys), county_rows(scope, keys), month_rows(scope, keys)

    def naive():
        for declared in asked:
            declared.total(scope), declared.by(scope, "region"), declared.by(scope, "month")

    return asked, ours, naive


def reading() -> list[dict]:
    """What the dashboard asks of figures, beside a wide table of as many numbers and beside counting the records."""
    asked, ours, naive = _ways()
    _make_wide()
    reference, mine = in_turn(_read_wide, ours)
    first = milliseconds(_forgotten(ours))
    slow = milliseconds(naive, times=1)
    return [
        row(
            "dashboard: totals, places and months", f"a wide table of {WIDE_ROWS} × {WIDE_COLUMNS}", reference, mine, "ms",
            most=3,
        ),
        row("the same, the first time after a change", "the same wide table", reference, first, "ms"),
        row(
            "the same, beside counting", f"{3 * len(asked)} queries on the records", slow, mine, "ms", most=0.01,
        ),
    ]  # fmt: skip


def _forgotten(read):
    """To read as a process does that has not read these figures yet."""
    from reports.cells.remembered import ANSWERS, SUMMARIES

    def anew():
        SUMMARIES.clear()
        ANSWERS.clear()
        return read()

    return anew


def _make_wide():
    columns = ", ".join(f"c{n} bigint" for n in range(WIDE_COLUMNS))
    values = ", ".join(f"n * {n}" for n in range(WIDE_COLUMNS))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE wide (campaign int, place text, month date, {columns})")
        cursor.execute(
            f"INSERT INTO wide SELECT n % 40, n::text, date '2024-05-01', {values} FROM generate_series(1, {40 * WIDE_ROWS}) n"
        )
        cursor.execute("CREATE INDEX ON wide (campaign)")
        cursor.execute("ANALYZE wide")


def _read_wide():
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wide WHERE campaign = 7")
        return cursor.fetchall()


def recounting() -> list[dict]:
    """Counting every figure of every place and month anew, beside one scan of each table that they count."""
    from reports.cells.readings import declared_readings
    from reports.cells.refresh import rebuild

    scope = _scope()
    tables = sorted({r.model._meta.db_table for r in declared_readings().values() if r.declared.date_field})

    def scan():
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f'SELECT region_id, count(*), max(changed_at) FROM "{table}" GROUP BY region_id')
                cursor.fetchall()

    reference, mine = in_turn(scan, lambda: rebuild(scope.campaign), times=5)
    counted = len(declared_readings())
    return [
        row(
            f"full recount: {counted} figures × places × months", "one scan of each table", reference, mine, "ms", most=20,
        )
    ]  # fmt: skip


def writing() -> list[dict]:
    """What marks cost a writer: one visit, many at once, and eight writers in one county and month."""
    one, many = _statement(1), _statement(COPIED)
    single, bulk = _undone(one, times=40), _undone(many, times=5)
    bare, marked = _hot(one, marked=False), _hot(one, marked=True)
    return [
        row("a visit is inserted", "without marks", *single, "ms", most=1.5),
        row(f"{COPIED:,} visits in one statement", "without marks", *bulk, "ms", most=1.4),
        row(
            f"{WRITERS} writers in one county and month", "without marks", bare, marked, "visits/s", least=0.5,
        ),
    ]  # fmt: skip


def _statement(rows):
    """So many visits like one that is there, in one county and month."""
    from inspections.models import Inspection

    visit = Inspection.objects.filter(status="submitted").order_by("pk").values().first()
    kept = {name: value for name, value in visit.items() if name not in MADE_ANEW}
    values = [json.dumps(value) if isinstance(value, dict | list) else value for value in kept.values()]
    names = ", ".join(f'"{name}"' for name in kept)
    return (
        f"INSERT INTO inspections_inspection ({names}, notice_number, record_number, client_uuid)"
        f" SELECT {', '.join(['%s'] * len(kept))}, '', '', gen_random_uuid() FROM generate_series(1, {rows})",
        values,
    )


def _switch(cursor, *, marked):
    cursor.execute(f"ALTER TABLE inspections_inspection {'ENABLE' if marked else 'DISABLE'} TRIGGER mark_insert")


def _undone(statement, *, times) -> tuple[float, float]:
    """The medians in milliseconds of writing without and with marks, in turn; all of it is taken back."""
    taken = {False: [], True: []}
    for _again in range(times):
        for marked, values in taken.items():
            with transaction.atomic(), connection.cursor() as cursor:
                _switch(cursor, marked=marked)
                begun = time.perf_counter()
                cursor.execute(*statement)
                values.append((time.perf_counter() - begun) * 1000)
                transaction.set_rollback(True)
    return median(taken[False]), median(taken[True])


def _hot(statement, *, marked) -> float:
    """Visits a second that so many connections commit, all in one county and month; taken away afterwards."""
    start = threading.Barrier(WRITERS + 1)

    def write():
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as mine:
            start.wait()
            for _visit in range(HOT_INSERTS):
                mine.execute(*statement)

    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM inspections_inspection")
        (last,) = cursor.fetchone()
        _switch(cursor, marked=marked)
    writers = [threading.Thread(target=write) for _writer in range(WRITERS)]
    for writer in writers:
        writer.start()
    start.wait()
    begun = time.perf_counter()
    for writer in writers:
        writer.join()
    seconds = time.perf_counter() - begun
    with connection.cursor() as cursor:
        _switch(cursor, marked=True)
        cursor.execute("DELETE FROM inspections_inspection WHERE id > %s", [last])
    return WRITERS * HOT_INSERTS / seconds


if __name__ == "__main__":
    import django

    django.setup()
    # With a word only how long the dashboard's figures take, and how long counting them.
    print(json.dumps(speeds() if sys.argv[1:] else measure()))
