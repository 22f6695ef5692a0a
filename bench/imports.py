"""How long a long list takes to check and to write, beside reading and copying it alone: `python -m bench.imports [ROWS]`.

Each measurement runs in a process of its own on the database that DATABASE_URL names, or on an SQLite in a temporary folder. Both are
measured in turn, a list of up to ten thousand five times, each time another one, and the medians are told.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.environment import ENVIRONMENT
from bench.timing import row

ROWS, SHORT, TIMES = 100_000, 10_000, 5
LIST, MOST_MB = "list.xlsx", 400


def measure(rows=SHORT) -> list[dict]:
    """One dictionary for each figure: what was measured, beside what, the ratio, and whether the goal is reached."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environment = (
            {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3"} | os.environ | ENVIRONMENT | {"MEDIA_ROOT": folder}
        )

        def run(*words):
            command = [sys.executable, "-m", "bench.imports", *words]
            told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
            return json.loads(told or "null")

        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], env=environment, check=True)
        run("prepare")
        found = []
        for again in range(TIMES if rows <= SHORT else 1):
            run("list", str(rows), str(again * rows), folder)
            found.append(run("bare", folder) | run("ours", folder))
    name = f"list of {rows:,} entities"
    read, copied, checked, written = (
        statistics.median(one[what] for one in found) for what in ("read", "copied", "checked", "written")
    )
    beside, alone = "calamine + COPY or bulk insert", read + copied
    return [
        row(f"{name}: checked", "calamine", read, checked, "s"),
        row(f"{name}: judged anew and written with its history", beside, alone, written, "s"),
        row(f"{name}: checked and written with its history", beside, alone, checked + written, "s", most=3),
        row(f"{name}: peak of memory", "the limit", MOST_MB, max(one["peak"] for one in found), "MB", most=1),
    ]


def prepare():
    """The county, its office and its running campaign."""
    from datetime import date

    from entities.models import Department, Officer, Region, Unit
    from inspections.models import Campaign

    city = Region.objects.create(code="4311", name="永州市", level="city")
    county = Region.objects.create(code="431102", name="零陵区", level="county", parent=city)
    market = Department.objects.create(code="market", name="市场监管")
    office = Unit.objects.create(code="A", name="专班", kind=Unit.Kind.values[0], department=market, region=county)
    officer = Officer.objects.create_superuser("chief", password=None, name="Chief")
    Officer.objects.filter(pk=officer.pk).update(unit=office)
    Campaign.objects.create(
        code="bench", name="bench", region=city, starts_on=date(2024, 4, 1), ends_on=date(2026, 12, 31), status="running",
    )  # fmt: skip


def write_list(rows, first, path):
    """A workbook of that many new entities from that number on, each with a valid credit code."""
    from rustpy_xlsxwriter import write_worksheet
    from stdnum.cn import uscc

    from reports.imports.nouns import NOUNS

    heads = [column.headers[0] for column in NOUNS["entities"].sheet.columns]

    def lines():
        for number in range(first, first + rows):
            code = f"92431102MA{number:07d}"
            yield dict(zip(heads, [
                f"零陵鑫宏电动车行{number}", "seller", code + uscc.calc_check_digit(code), "", "431102", "梅花镇",
                f"零陵区人民路{number}号", f"零陵区工商路{number}号", "王伟", "李静", f"138{number:08d}", "雅迪、爱玛", "low",
                "2025-01-10", "", "",
            ], strict=True))  # fmt: skip

    write_worksheet(lines(), str(path))


def bare(folder):
    """Reading the workbook, and copying its rows into the table past every rule; then they are taken out again."""
    from django.db import connection, transaction
    from python_calamine import CalamineWorkbook

    from entities.models import Entity, Officer, Region

    begun = time.monotonic()
    _head, *lines = CalamineWorkbook.from_path(str(Path(folder) / LIST)).get_sheet_by_index(0).to_python()
    read = time.monotonic() - begun
    chief, county = Officer.objects.get(), Region.objects.get(code="431102")
    names = ("name", "kind", "credit_code", "licence_number", "region_id", "township", "address", "registered_address",
             "legal_representative", "contact", "phone", "brands", "risk_level")  # fmt: skip
    blank = Entity(created_by=chief, changed_by=chief, version=1)
    fields = [field for field in Entity._meta.concrete_fields if not field.primary_key and not field.generated]
    rest = [field for field in fields if field.attname not in names]
    shared = [field.get_db_prep_save(getattr(blank, field.attname), connection) for field in rest]
    if connection.vendor == "postgresql":
        shared = [json.dumps(value.obj) if hasattr(value, "obj") else value for value in shared]
    columns = ", ".join([*(f'"{name}"' for name in names), *(f'"{field.column}"' for field in rest)])
    begun = time.monotonic()
    with transaction.atomic(), connection.cursor() as cursor:
        rows = ([*line[: len(names)], *shared] for line in lines)
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY entities_entity ({columns}) FROM STDIN") as copy:
                for values in rows:
                    copy.write_row(values)
        else:
            marks = ", ".join(["%s"] * (len(names) + len(rest)))
            cursor.executemany(f"INSERT INTO entities_entity ({columns}) VALUES ({marks})", rows)
        copied = time.monotonic() - begun
        transaction.set_rollback(True)
    assert county
    return {"read": read, "copied": copied}


def ours(folder):
    """Checking and writing, as the job does it; a transaction as everywhere."""
    from entities.models import Officer
    from inspections.models import Campaign
    from reports.imports.apply import apply, check, hand_in
    from reports.imports.nouns import NOUNS

    chief, content = Officer.objects.get(), (Path(folder) / LIST).read_bytes()
    source = hand_in(NOUNS["entities"], LIST, content, campaign=Campaign.objects.get(), by=chief)
    begun = time.monotonic()
    check(source)
    checked = time.monotonic() - begun
    assert not source.wrong, source.findings[:3]
    begun = time.monotonic()
    assert apply(source, by=chief)
    written = time.monotonic() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"checked": checked, "written": written, "peak": peak}


if __name__ == "__main__":
    words = sys.argv[1:]
    if not words or words[0].isdigit():
        for one in measure(int(words[0]) if words else ROWS):
            print(json.dumps(one, ensure_ascii=False))
    else:
        import django

        django.setup()
        what, *given = words
        if what == "prepare":
            prepare()
        elif what == "list":
            write_list(int(given[0]), int(given[1]), Path(given[2]) / LIST)
        else:
            print(json.dumps({"bare": bare, "ours": ours}[what](*given)))
