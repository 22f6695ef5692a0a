"""Every promise of speed beside its reference, in one run: `python -m bench [city|province|nation] [ROWS]`.

On a PostgreSQL of its own, filled by `manage.py load_scale`. Absolute times mean nothing on another machine, ratios do. The rows go to
bench/results.json and into docs/performance.md.
"""

import json
import math
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from bench.environment import ENVIRONMENT
from bench.timing import row
from tests.postgres import run_beside_server

ROOT = Path(__file__).resolve().parent.parent
RESULTS, PAGE = ROOT / "bench" / "results.json", ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
SMALLER = {"nation": "province", "province": "city"}
MEMORY = ("shared_buffers=1GB", "work_mem=32MB", "max_wal_size=4GB")


def main(size, rows):
    """Measure everything, and write it down."""
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    told, began = [], {}

    def run(database, *words):
        environment = os.environ | ENVIRONMENT | {"DATABASE_URL": f"{server}/{database}"}
        command = [sys.executable, *words]
        return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout

    def filled(scale):
        _create(server, scale)
        run(scale, "manage.py", "migrate", "--verbosity", "0")
        begun = datetime.now(UTC)
        run(scale, "manage.py", "load_scale", scale)
        began[scale] = (datetime.now(UTC) - begun).total_seconds()

    def add(found):
        for line in found:
            told.append(line)
            print(_line(line), flush=True)

    filled(size)
    if size == "nation":
        add([row("a nation is loaded", "the limit", 300, began[size], "s", most=1)])
    if size in SMALLER:
        filled(SMALLER[size])
        small, large = (json.loads(run(scale, "-m", "bench.figures", "speeds")) for scale in (SMALLER[size], size))
        add([_growth(SMALLER[size], size, small, large)])
    for module in ("bench.figures", "bench.lists", "bench.search"):
        add(json.loads(run(size, "-m", module)))
    for module, many in (("bench.export", rows), ("bench.imports", rows // 10)):
        database = module.rpartition(".")[2]
        _create(server, database)
        add(map(json.loads, run(database, "-m", module, str(many)).splitlines()))
    add(json.loads(run("postgres", "-m", "bench.serving")))
    _write(size, told)


def _create(server, name):
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')


def _growth(small, large, before, after) -> dict:
    """By which power of the number of visits the time grows."""
    times = math.log(after["visits"] / before["visits"])
    counted, kept = (math.log(after[way] / before[way]) / times for way in ("counted", "kept"))
    told = row(f"growth from {small} to {large}: exponent", "of counting the records", counted, kept, "")
    return told | {"goal": "≤ 0.15 itself", "passes": kept <= 0.15}


def _line(told) -> str:
    state = "ok " if told["passes"] else "NOT"
    return (
        f"{state} {told['name']:62} {told['value']:>12,.2f} {told['unit']:8} ratio {told['ratio']:.3f} {told['goal']}"
    )


def _write(size, told):
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    results = {
        "commit": commit.stdout.strip(), "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}", "size": size, "cores": os.cpu_count(),
        "rows": told,
    }  # fmt: skip
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n")
    page = PAGE.read_text()
    head, tail = page.partition(BEGIN)[0], page.partition(END)[2]
    PAGE.write_text(f"{head}{BEGIN}\n{table(results)}\n{END}{tail}")


def table(results) -> str:
    """The rows as Markdown."""
    lines = [
        f"Commit `{results['commit']}`, {results['at']} UTC, size {results['size']}, {results['cores']} cores.", "",
        "| what | reference | reference | ours | ratio | goal | |", "| --- | --- | ---: | ---: | ---: | --- | --- |",
    ]  # fmt: skip
    for told in results["rows"]:
        unit, state = told["unit"], "" if not told["goal"] else "holds" if told["passes"] else "**missed**"
        lines.append(
            f"| {told['name']} | {told['reference']} | {told['reference_value']:,.2f} {unit} | {told['value']:,.2f} {unit}"
            f" | {told['ratio']:.3g} | {told['goal']} | {state} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["inside"]:
        main(words[1], int(words[2]))
    else:
        size, many = (words + ["nation", "1000000"][len(words) :])[:2]
        sys.exit(run_beside_server([sys.executable, "-m", "bench", "inside", size, many], settings=MEMORY))
