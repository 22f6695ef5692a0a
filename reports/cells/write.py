"""Writing cells: what is kept for each place and month, whether it was kept before or not."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from reports.models import Cell

WRITTEN_AT_ONCE = 2000
COLUMNS = "campaign_id, own, place, month, figures"
KEY = ["campaign", "own", "place", "month"]


def write_cells(campaign, rows):
    """Write the cells, in the caller's transaction. One query for each some thousand; many are copied on PostgreSQL.

    `rows` tell of each whether it is of the place itself, the place, the month and the figures.
    """
    rows.sort(key=lambda row: row[:3])
    if connection.vendor == "postgresql" and len(rows) > WRITTEN_AT_ONCE:
        _copy(campaign, rows)
    else:
        Cell.objects.bulk_create(
            [Cell(campaign=campaign, own=own, place=place, month=month, figures=figures) for own, place, month, figures in rows],
            batch_size=WRITTEN_AT_ONCE, update_conflicts=True, update_fields=["figures"], unique_fields=KEY,
        )  # fmt: skip


def _copy(campaign, rows):
    table, in_json = connection.ops.quote_name(Cell._meta.db_table), DjangoJSONEncoder().encode
    # Nobody else writes cells of the campaign meanwhile: its summary is locked.
    into = "written" if Cell.objects.filter(campaign=campaign).exists() else table
    with connection.cursor() as cursor:
        if into != table:
            cursor.execute(f"CREATE TEMPORARY TABLE {into} AS SELECT {COLUMNS} FROM {table} WITH NO DATA")
        with cursor.copy(f"COPY {into} ({COLUMNS}) FROM STDIN") as copy:
            for *cell, figures in rows:
                copy.write_row((campaign.pk, *cell, in_json(figures)))
        if into != table:
            cursor.execute(
                f"INSERT INTO {table} ({COLUMNS}) SELECT {COLUMNS} FROM {into}"
                f" ON CONFLICT (campaign_id, own, place, month) DO UPDATE SET figures = EXCLUDED.figures"
            )
            cursor.execute(f"DROP TABLE {into}")
