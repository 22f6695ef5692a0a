"""What one inspection, one look at the dashboard, one page of a list and one export cost: `python -m bench.costs [city|province|nation]`.

One person does each a number of times against a started server. The processor's time of application and database is what
another machine can be reckoned from; how long it took depends on what else this one does. Prints a table for docs/scale.md.
"""

import os
import statistics
import sys
import time
import uuid

import psycopg

from bench.server import started

OFFICERS = ("inspector", "manager")
SUBMITTED, LOOKED, EXPORTED = 40, 20, 5
DAY = "2025-01-18"


def measure(scale="") -> list[dict]:
    """A row for each thing done: milliseconds of processor of both, milliseconds and bytes at the other end."""
    with started(scale=scale) as server:
        inspector, leader = server.sign_in("inspector"), server.sign_in("leader")
        sheets = _sheets(server)
        kept = inspector.get("/ledgers/entity/").headers["ETag"]
        return [
            _cost(server, "an inspection is submitted", SUBMITTED, lambda: _submit(inspector, *next(sheets))),
            _cost(server, "the dashboard is looked at", LOOKED, lambda: leader.get("/dashboard/")),
            _cost(server, "a 50-row page of a list", LOOKED, lambda: inspector.get("/ledgers/entity/")),
            _cost(server, "the same, not changed since", LOOKED,
                  lambda: inspector.get("/ledgers/entity/", headers={"If-None-Match": kept})),
            _cost(server, "what the inspector has to do", LOOKED, lambda: inspector.get("/")),
            _cost(server, "an export at once (.xlsx)", EXPORTED, lambda: leader.get("/ledgers/inspection/export/xlsx/")),
        ]  # fmt: skip


def _cost(server, name, times, do) -> dict:
    for _warm in range(4):
        _done(do)
    application, database = server.spent()
    waited, sizes = [], []
    for _time in range(times):
        began = time.perf_counter()
        answer = _done(do)
        waited.append(time.perf_counter() - began)
        sizes.append(int(answer.headers.get("Content-Length", 0)) or len(answer.content))
    application, database = (now - then for now, then in zip(server.spent(), (application, database), strict=True))
    return {
        "name": name, "times": times, "application_ms": 1000 * application / times, "database_ms": 1000 * database / times,
        "waited_ms": 1000 * statistics.median(waited), "kilobytes": statistics.median(sizes) / 1000,
    }  # fmt: skip


def _done(do):
    answer = do()
    assert answer.status_code in (200, 201, 304), (answer.status_code, answer.url, answer.text[:500])
    return answer


def _submit(browser, path, sheet):
    return browser.post(path, data=sheet, headers={"X-Requested-With": "fetch"})


def _sheets(server):
    """Visits to one shop of the inspector's county after the other, as a phone sends them."""
    with psycopg.connect(server.cluster.url("bench")) as connection:
        officers = dict(connection.execute("SELECT username, id FROM entities_officer").fetchall())
        shops = connection.execute(
            "SELECT e.id FROM entities_entity e JOIN entities_officer o ON o.username = %s JOIN entities_unit u ON u.id = o.unit_id"
            " WHERE e.kind = 'seller' AND e.state = 'open' AND e.region_id LIKE u.region_id || '%%' ORDER BY e.id LIMIT 200",
            [OFFICERS[0]],
        ).fetchall()
    for number in range(SUBMITTED + 4):
        sheet = {
            "action": "submit", "client_uuid": str(uuid.uuid4()), "version": "", "inspected_on": DAY, "mode": "routine",
            "outcome": "inspected", "length": "full", "rest": "pass", "signing": "paper", "vehicles_checked": "3",
            "officers": [str(officers[name]) for name in OFFICERS],
        }  # fmt: skip
        yield f"/entities/{shops[number % len(shops)][0]}/inspect/", sheet


def table(rows) -> str:
    """The rows as docs/scale.md shows them; the last column is what the cores of one machine carry when they do nothing else."""
    cores = len(os.sched_getaffinity(0))
    lines = [
        "| what | application, ms of a core | database, ms of a core | waited, ms | sent, kB | at most, 1/s |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        spent = row["application_ms"] + row["database_ms"]
        lines.append(
            f"| {row['name']} | {row['application_ms']:.1f} | {row['database_ms']:.1f} | {row['waited_ms']:.0f}"
            f" | {row['kilobytes']:.1f} | {1000 * cores / max(spent, 0.1):.0f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(measure(*sys.argv[1:2])))
