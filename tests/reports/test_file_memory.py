"""Files of any length are made and read with a memory that is bounded: told by how it grows from few rows to many."""

import subprocess
import sys
import tracemalloc

import pytest

from entities.models import Entity
from reports import values
from reports.imports.dry_run import dry_run
from reports.imports.nouns import NOUNS
from reports.ledgers import BY_NAME
from reports.values import values_of
from tests.reports.import_lists import book
from tests.world import valid_credit_code

WRITES = """
import resource, sys, pathlib
from reports.columns import Column
from reports.spreadsheets import write_rows
from datetime import date
columns = [Column(str(n), str(n), kind) for n, kind in enumerate(["text", "number", "date", "choice"] * 5)]
def write(count):
    rows = ([f"零陵{n}", n, date(2024, 5, 1), "销售"] * 5 for n in range(count))
    write_rows(pathlib.Path(sys.argv[1]), title="t", columns=columns, rows=rows, count=count, about=[("a", "b"), ("c", "d")])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
few = write(5_000)
print(write(40_000) - few)
"""
GROWTH_MB = 16


def test_a_workbook_eight_times_as_long_takes_no_more_memory(tmp_path):
    told = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()\n" + WRITES, tmp_path / "t.xlsx"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert float(told.stdout.split()[-1]) < GROWTH_MB


def peak_of(do) -> int:
    tracemalloc.start()
    try:
        do()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.django_db
def test_values_of_many_records_are_read_in_pieces(world, monkeypatch):
    monkeypatch.setattr(values, "PIECE_ROWS", 100)
    Entity._base_manager.bulk_create(
        Entity(
            name=f"店{number}", kind="seller", region=world.county, address=f"人民路{number}号", identity_kind="convenience_trade",
            created_by=world.manager, changed_by=world.manager,
        )
        for number in range(2000)
    )  # fmt: skip
    declared = BY_NAME["entity"]

    def read(count):
        rows = Entity.objects.filter(name__startswith="店").order_by("pk")[:count]
        return lambda: sum(1 for _row in values_of(declared, rows, declared.exported))

    read(300)()
    few, many = peak_of(read(300)), peak_of(read(2000))
    assert many < few * 1.5


@pytest.mark.django_db
def test_a_checked_list_keeps_little_of_each_row(world):
    def rows(count):
        return [
            {"name": f"新店{n}", "kind": "seller", "credit_code": valid_credit_code(f"92431102MA5N{n:04d}X0"), "region": "431102",
             "address": f"人民路{n}号", "phone": "0746-1", "contact": "王五", "brands": "雅迪"}
            for n in range(count)
        ]  # fmt: skip

    def judged(count):
        content = book("entities", *rows(count))
        return lambda: dry_run(
            NOUNS["entities"], "l.xlsx", content, officer=world.administrator, campaign=world.campaign
        )

    judged(20)()
    few, many = judged(100), judged(1100)
    # 100,000 rows in 400 MB, of which a process without any takes some 150.
    assert (peak_of(many) - peak_of(few)) / 1000 < 2_500
