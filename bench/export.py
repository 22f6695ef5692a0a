"""How long a large ledger takes to write, and with how much memory, beside the bare writer: `python -m bench.export [ROWS]`.

Each measurement runs in a process of its own, on a database in a temporary folder. It prints times, peaks of memory and their ratios.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = 1_000_000
PIECE = 10_000
WAYS = ("bare", "xlsx", "csv")


def main(rows):
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environment = os.environ | {
            "ENV_FILE": "", "SECRET_KEY": "bench", "DEBUG": "0", "HTTPS": "0", "DEMO_TODAY": "2025-01-20",
            "DJANGO_SETTINGS_MODULE": "yongzhou_ebike.settings", "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        }  # fmt: skip

        def run(*words):
            command = [sys.executable, "-m", "bench.export", *words]
            return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], env=environment, check=True)
        run("fill", str(rows))
        measured = {}
        for way in WAYS:
            seconds, megabytes, size = map(float, run(way, str(rows), folder).split())
            measured[way] = seconds, megabytes
            print(
                f"{way:5} {rows:>10,} rows  {seconds:8.1f} s  {megabytes:7.0f} MB at its peak  {size:7.1f} MB on disk"
            )
        for way in WAYS[1:]:
            slower, larger = (mine / bare for mine, bare in zip(measured[way], measured["bare"], strict=True))
            print(f"{way} is {slower:.1f} times as slow as the bare writer, with {larger:.1f} times its memory")


def fill(rows):
    """Entities by the thousand, past their rules: only their number matters here."""
    from entities.models import Entity, IdentityKind, Officer, Region

    region = Region.objects.create(code="4311", name="永州市", level="city")
    chief = Officer.objects.create_superuser("chief", password=None, name="Chief")
    for first in range(0, rows, PIECE):
        Entity.objects.bulk_create(
            Entity(
                name=f"零陵车行{number}", kind="seller", region=region, address=f"零陵区测试路{number}号",
                licence_number=f"JY{number:012d}", identity_kind=IdentityKind.OLD_LICENCE, created_by=chief, changed_by=chief,
            )
            for number in range(first, min(first + PIECE, rows))
        )  # fmt: skip


def bare(path, rows):
    """The library alone, given as many cells of the same kinds that are there already."""
    from rustpy_xlsxwriter import write_worksheet

    from reports.ledgers import BY_NAME

    heads = [column.name for column in BY_NAME["entity"].exported]
    row = dict.fromkeys(heads, "零陵区测试路1号")
    write_worksheet((row for _number in range(rows)), str(path))


def exported(path, form):
    """A ledger as a job writes it, from the database."""
    from django.http import QueryDict

    from entities.models import Officer
    from reports.exports import Export
    from reports.ledgers import BY_NAME
    from reports.selection import Selection

    Export(Selection(BY_NAME["entity"], Officer.objects.get(), None, QueryDict("")), form).write(path)


def measure(way, rows, folder):
    """Print seconds, the peak of memory and the size of the file."""
    path = Path(folder) / f"{way}.out"
    begun = time.monotonic()
    bare(path, rows) if way == "bare" else exported(path, way)
    seconds = time.monotonic() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(seconds, peak, path.stat().st_size / 1024 / 1024)


if __name__ == "__main__":
    words = sys.argv[1:]
    if not words or words[0].isdigit():
        main(int(words[0]) if words else ROWS)
    else:
        import django

        django.setup()
        fill(int(words[1])) if words[0] == "fill" else measure(words[0], int(words[1]), words[2])
