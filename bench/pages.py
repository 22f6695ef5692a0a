"""Which query of which page is slow on a large campaign: `python -m bench.pages [--write] [--over MS] [WORD]`.

Walks the pages and lists of the API on the database that DATABASE_URL names, filled by `manage.py load_scale`, as a leader, a
manager and an inspector of growing areas, and prints of each the slowest query with its time and its plan. With `--write` the
table goes into docs/performance.md. With a WORD it walks only the pages whose address contains it. Needs DEMO_TODAY=2025-01-20.
"""

import argparse
import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

LIMIT_MS = 50
MOST_SECONDS = 20  # for one query; a slower one is told as this slow
TARGET = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- pages: begin -->", "<!-- pages: end -->"
SORTS = {"entity": ["name"], "inspection": ["entity"], "hazard": ["deadline"]}
REGISTER = [
    "",
    "sort=name",
    "sort=code",
    "sort=risk",
    "sort=-state",
    "kind=producer",
    "q=旗舰店",
    "state=closed",
    "region=REGION",
]
HAZARDS = ["", "sort=entity", "sort=severity", "sort=-found", "sort=status", "q=车行", "status=open", "region=REGION"]
TASKS = ["", "sort=entity", "sort=officer", "state=overdue", "state=done", "region=REGION"]


@dataclass
class Line:
    """The slowest query of one page."""

    role: str
    page: str
    status: int
    queries: int
    page_ms: float
    query_ms: float
    plan: str
    sql: str

    def __str__(self):
        said = f"{self.role:10} {self.status} {self.queries:4} queries {self.page_ms:8.0f} ms; slowest {self.query_ms:8.1f} ms"
        return f"{said}  {self.page}\n{'':12}{self.plan}"


def walk(word, over, seconds):
    """A line for every page and role, as far as the time allows."""
    from django.test import Client

    from entities.models import Officer

    lines = []
    for role in ROLES:
        officer = Officer.objects.filter(username=role).first()
        if officer is None:
            continue
        until = time.monotonic() + seconds / len(ROLES)
        client = Client(raise_request_exception=False)
        client.force_login(officer, backend="entities.backend.OfficerBackend")
        client.get("/me/")  # what is asked once in a session
        for page in pages(officer):
            if word not in page or time.monotonic() > until:
                continue
            line = look(client, role, page)
            lines.append(line)
            if line.query_ms >= over or line.status != 200:
                print(line, flush=True)
    return lines


ROLES = ["nation-leader", "nation-discipline", "province-manager", "county-manager", "county-inspector"]


def pages(officer):
    """The addresses: lists first, in every order and by some filters, then the records that have most to show."""
    from django.db.models import Count

    from entities.models import Entity
    from inspections.models import Case, Hazard, Inspection, Interview, Rectification, SamplingBatch, Seizure
    from reports.ledgers import LEDGERS

    region = officer.unit.region_id
    name = Entity.objects.visible_to(officer).order_by("-pk").values_list("name", flat=True).first()
    for path, queries in (("/entities/", REGISTER), ("/hazards/", HAZARDS), ("/tasks/", TASKS)):
        yield from (f"{path}?{query.replace('REGION', region)}" for query in [*queries, f"q={name}"])
        last = next(
            model
            for model in LEDGERS
            if path.strip("/").startswith(model.name[:5]) or path == "/entities/" and model.name == "entity"
        )
        middle = last.model.objects.visible_to(officer).order_by("-pk").values_list("pk", flat=True).first()
        if middle:
            yield f"{path}?after={middle}"
    yield from ["/", "/tasks/progress/", "/tasks/assign/", "/ledgers/", "/jobs/", "/reports/", "/imports/", "/rounds/",
                "/inspections/new/", "/desk/entities/?q=车行", "/instructions/"]  # fmt: skip
    place = next((grant.region_id for grant in officer.grants.order_by("region_id")), "86")
    for query in ("", f"region={place}", f"region={region}", "from=2024-09-10&to=2024-10-12"):
        yield from (f"/dashboard/{page}?{query}" for page in ("", "people/", "wall/", "compare/"))
    for declared in LEDGERS:
        if not officer.has_perm(declared.permission):
            continue
        queries = ["", "q=车行", f"q={name}", *(f"sort={name}" for name in SORTS.get(declared.name, ()))]
        if declared.name != "entity":
            last = declared.model.objects.visible_to(officer).order_by("pk").values_list("pk", flat=True).first()
            queries += [f"after={last}"] if last else []
            queries += [f"region={region}&from=2024-09-01&to=2024-09-30"]
        yield from (f"/ledgers/{declared.name}/?{query}" for query in queries)
        yield f"/api/v1/{declared.name}/"
    if officer.has_perm("inspections.read_history"):
        yield from ["/history/", "/history/?kind=inspection", "/history/?kind=entity&until=2024-06-01", "/history/?kind=events",
                    "/history/?way=command&since=2024-08-01&until=2024-08-02"]  # fmt: skip
    busiest = (
        Inspection.objects.visible_to(officer)
        .order_by()
        .values("entity")
        .annotate(n=Count("pk"))
        .order_by("-n", "entity")
        .first()
    )
    if busiest:
        yield f"/entities/{busiest['entity']}/"
        yield f"/entities/{busiest['entity']}/inspect/"
    for model in (Inspection, Hazard, Rectification, Case, SamplingBatch, Seizure, Interview, Entity):
        record = model.objects.visible_to(officer).order_by("-pk").first()
        if record is not None:
            yield record.get_absolute_url()
            yield f"/history/?kind={model._meta.model_name}&record={record.pk}"


def look(client, role, page):
    """Ask for the page and tell its slowest query."""
    from django.db import OperationalError, connection
    from django.test.utils import CaptureQueriesContext

    began = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        try:
            status = client.get(page).status_code
        except OperationalError:
            status = 0  # ended after MOST_SECONDS
    elapsed = (time.perf_counter() - began) * 1000
    reading = [query for query in captured.captured_queries if "SELECT" in query["sql"]]
    for query in reading:
        query["sql"] = re.sub(r"^DECLARE .*? FOR ", "", query["sql"])  # without the cursor that it was declared for
    slowest = max(reading, key=lambda query: float(query["time"]), default={"time": 0, "sql": ""})
    query_ms = float(slowest["time"]) * 1000
    plan = plan_of(slowest["sql"]) if query_ms >= 5 else ""
    if LIMIT_MS / 10 <= query_ms < MOST_SECONDS * 500:
        query_ms = min(query_ms, *(again_ms(slowest["sql"]) for _nth in range(2)))
    return Line(role, page, status, len(captured), elapsed, query_ms, plan, slowest["sql"])


def again_ms(sql) -> float:
    """How long the query takes when it is asked again: what others on the machine do meanwhile is no part of it."""
    from django.db import connection

    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("%", "%%"), [])
        cursor.fetchall()
    return (time.perf_counter() - began) * 1000


def plan_of(sql) -> str:
    """What the plan reads and how, in one line: the nodes that reach tables."""
    from django.db import DatabaseError, connection, transaction

    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("EXPLAIN (FORMAT JSON) " + sql.replace("%", "%%"), [])
            plan = cursor.fetchone()[0]
    except DatabaseError as error:
        return str(error).splitlines()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    found = []

    def gather(node):
        if "Relation Name" in node or "Index Name" in node:
            found.append(f"{node['Node Type']} {node.get('Index Name') or node['Relation Name']}")
        for child in node.get("Plans", ()):
            gather(child)

    gather(plan[0]["Plan"])
    return "; ".join(dict.fromkeys(found))


def table(lines, over) -> str:
    """The slowest query of each page as Markdown, slowest first, of those above a fifth of the limit."""
    told = ["| page | role | queries | slowest query, ms | plan |", "| --- | --- | --- | --- | --- |"]
    for line in sorted(lines, key=lambda line: -line.query_ms):
        if line.query_ms >= over / 5:
            page = line.page.replace("|", "\\|")
            told.append(f"| `{page}` | {line.role} | {line.queries} | {line.query_ms:.0f} | {line.plan[:160]} |")
    slow = sum(line.query_ms >= over for line in lines)
    return f"{len(lines)} pages, {slow} with a query over {over:g} ms.\n\n" + "\n".join(told)


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("word", nargs="?", default="")
    asked.add_argument("--over", type=float, default=LIMIT_MS)
    asked.add_argument(
        "--seconds", type=float, default=3600, help="walk no longer than this, in equal parts for each role"
    )
    asked.add_argument("--write", action="store_true")
    asked.add_argument("--sql", action="store_true", help="also the text of each slow query")
    asked = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yongzhou_ebike.settings")
    os.environ.setdefault("LOG_LEVEL", "CRITICAL")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["testserver"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.WHITENOISE_AUTOREFRESH = True
    with connection.cursor() as cursor:
        cursor.execute(
            f"ALTER DATABASE \"{connection.settings_dict['NAME']}\" SET statement_timeout = '{MOST_SECONDS}s'"
        )
    connection.close()
    lines = walk(asked.word, asked.over, asked.seconds)
    slow = [line for line in lines if line.query_ms >= asked.over]
    print(f"{len(lines)} pages, {len(slow)} with a query over {asked.over:.0f} ms")
    if asked.sql:
        for line in slow:
            print(f"\n{line.page} {line.role}\n{line.sql}")
    if asked.write:
        text = TARGET.read_text(encoding="utf-8") if TARGET.exists() else f"# Speed\n\n## Pages\n\n{BEGIN}\n{END}\n"
        if BEGIN not in text:
            text += f"\n## Pages\n\n{BEGIN}\n{END}\n"
        told = f"{BEGIN}\n{table(lines, asked.over)}\n{END}"
        TARGET.write_text(re.sub(f"{BEGIN}.*{END}", lambda _found: told, text, flags=re.S), encoding="utf-8")


if __name__ == "__main__":
    main()
