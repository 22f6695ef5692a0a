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
    table = connection.ops.quote_name(Cell._meta.db_table)
    # Nobody else writes cells of the campaign meanwhile: its summary is locked.
    into = "written" if Cell.objects.filter(campaign=campaign).exists() else table
    with connection.cursor() as cursor:
        if into != table:
            cursor.execute(f"CREATE TEMPORARY TABLE {into} AS SELECT {COLUMNS} FROM {table} WITH NO DATA")
        _fill(cursor, into, campaign, rows)
        if into != table:
            cursor.execute(
                f"INSERT INTO {table} ({COLUMNS}) SELECT {COLUMNS} FROM {into}"
                f" ON CONFLICT (campaign_id, own, place, month) DO UPDATE SET figures = EXCLUDED.figures"
            )
            cursor.execute(f"DROP TABLE {into}")


def _fill(cursor, into, campaign, rows):
    """Copy the cells there. A place with nothing inside it has the same figures on both of its lines: they are sent once."""
    in_json = DjangoJSONEncoder(separators=(",", ":")).encode
    of_itself = {(place, month): figures for own, place, month, figures in rows if own}
    alike = []
    with cursor.copy(f"COPY {into} ({COLUMNS}) FROM STDIN") as copy:
        for own, place, month, figures in rows:
            if not own and of_itself.get((place, month)) == figures:
                alike.append((place, month))
            else:
                copy.write_row((campaign.pk, own, place, month, in_json(figures)))
    cursor.execute(
        f"INSERT INTO {into} ({COLUMNS}) SELECT campaign_id, NOT own, place, month, figures FROM {into}"
        f" JOIN unnest(%s::text[], %s::date[]) AS alike (place, month) USING (place, month) WHERE campaign_id = %s AND own",
        [[place for place, _month in alike], [month for _place, month in alike], campaign.pk],
    )
