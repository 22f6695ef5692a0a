"""How long a large ledger takes to write, beside the bare writer and the bare database: `python -m bench.export [ROWS]`.

Each measurement runs in a process of its own on the database that DATABASE_URL names, which must be new, or on an SQLite in a
temporary folder.
"""

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from itertools import chain, cycle, islice
from pathlib import Path

from bench.environment import ENVIRONMENT
from bench.timing import row

ROWS, SHORT, PIECE = 1_000_000, 50_000, 10_000
MOST_GROWTH = 64  # MB


def measure(rows=SHORT) -> list[dict]:
    """One dictionary for each figure: what was measured, beside what, the ratio, and whether the goal is reached."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environment = {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3"} | os.environ | ENVIRONMENT

        def run(what):
            command = [sys.executable, "-m", "bench.export", what, str(rows), folder]
            told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
            return json.loads(told or "null")

        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], env=environment, check=True)
        run("fill")
        seen = {what: run(what) for what in MEASURED}
    seconds, growth = ({what: one[place] for what, one in seen.items()} for place in (0, 1))
    both = seconds["bare_writer"] + seconds["bare_fetch"]
    size = f"{rows:,} entities"
    return [
        row(
            f"{size} as .xlsx: the writer alone",
            "rustpy-xlsxwriter",
            seconds["bare_writer"],
            seconds["writer"],
            "s",
            most=2,
        ),
        row(
            f"{size}: fetched and put into words", "cursor of the driver", seconds["bare_fetch"], seconds["fetch"], "s"
        ),
        row(f"{size} as .xlsx, with the fetch", "both bare ones", both, seconds["xlsx"], "s", most=2),
        row(f"{size} as .csv, with the fetch", "both bare ones", both, seconds["csv"], "s"),
        row(f"{size} as .xlsx: growth of memory", "the limit", MOST_GROWTH, growth["xlsx"], "MB", most=1),
    ]


def fill(rows, _folder):
    """Entities by the thousand, past their rules: only their number matters here."""
    from entities.models import Entity, IdentityKind, Officer, Region

    region = Region.objects.create(code="4311", name="永州市", level="city")
    chief = Officer.objects.create_superuser("chief", password=None, name="Chief")
    for first in range(0, rows, PIECE):
        Entity._base_manager.bulk_create(
            Entity(
                name=f"零陵车行{number}", kind="seller", region=region, address=f"零陵区测试路{number}号",
                licence_number=f"JY{number:012d}", identity_kind=IdentityKind.OLD_LICENCE, created_by=chief, changed_by=chief,
            )
            for number in range(first, min(first + PIECE, rows))
        )  # fmt: skip


def _export(form):
    from django.http import QueryDict

    from entities.models import Officer
    from reports.exports import Export
    from reports.ledgers import BY_NAME
    from reports.selection import Selection

    return Export(Selection(BY_NAME["entity"], Officer.objects.get(), None, QueryDict("")), form)


def _some_rows():
    from reports.values import values_of

    chosen = _export("xlsx").chosen
    return chosen.ledger.exported, list(
        islice(values_of(chosen.ledger, chosen.exportable, chosen.ledger.exported), PIECE)
    )


def bare_writer(rows, folder):
    """The library alone, given as many rows, ready-made, as it takes them."""
    from rustpy_xlsxwriter import write_worksheet

    columns, some = _some_rows()
    ready = [dict(zip([column.name for column in columns], row, strict=True)) for row in some]
    return lambda: write_worksheet(islice(cycle(ready), rows), f"{folder}/bare.xlsx")


def writer(rows, folder):
    """Our writer, given as many rows of values."""
    from reports.spreadsheets import write_rows

    columns, some = _some_rows()
    how = {"title": "bench", "columns": columns, "count": rows, "about": [("rows", rows), ("by", "bench")]}
    return lambda: write_rows(
        Path(folder) / "writer.xlsx", rows=chain.from_iterable([some] * (-(-rows // len(some)))), **how
    )


def bare_fetch(_rows, _folder):
    """The columns of the ledger as the driver gives them, in the ledger's order."""
    from django.conf import settings

    columns = [column.lookup for column in _export("xlsx").chosen.ledger.exported if column.lookup]
    names = [*columns, "credit_code", "licence_number", "identity_cipher", "further_kinds", "goods"]
    query = str(_export("xlsx").chosen.exportable.values_list(*names).query)
    database = settings.DATABASES["default"]

    def fetch():
        if database["ENGINE"].endswith("postgresql"):
            import psycopg

            with psycopg.connect(os.environ["DATABASE_URL"]) as opened, opened.cursor("bench") as cursor:
                cursor.itersize = PIECE
                return sum(1 for _row in cursor.execute(query))
        with sqlite3.connect(database["NAME"]) as opened:
            return sum(1 for _row in opened.execute(query))

    return fetch


def fetch(_rows, _folder):
    """The values as our export reads them."""
    from reports.values import values_of

    chosen = _export("xlsx").chosen
    return lambda: sum(1 for _row in values_of(chosen.ledger, chosen.exportable, chosen.ledger.exported))


def xlsx(_rows, folder):
    """A ledger as a job writes it, from the database."""
    return lambda: _export("xlsx").write(Path(folder) / "ledger.xlsx")


def csv(_rows, folder):
    return lambda: _export("csv").write(Path(folder) / "ledger.csv")


MEASURED = {one.__name__: one for one in (bare_writer, bare_fetch, writer, fetch, xlsx, csv)}


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    words = sys.argv[1:]
    if not words or words[0].isdigit():
        for told in measure(int(words[0]) if words else ROWS):
            print(json.dumps(told, ensure_ascii=False))
    else:
        import django

        django.setup()
        what, rows, folder = words[0], int(words[1]), words[2]
        if what == "fill":
            fill(rows, folder)
        else:
            do = MEASURED[what](rows, folder)
            before, begun = _memory(), time.monotonic()
            do()
            print(json.dumps([time.monotonic() - begun, _memory() - before]))
