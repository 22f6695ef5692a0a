"""Fill a new database with the small city and what the tests under this folder work on: `python -m tests.faults.prepare`."""

import django


def prepare():
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from inspections.models import Series
    from reports.cells.refresh import refresh_all
    from tests.factories import make_case, make_entity, make_inspection, make_number_block, make_order
    from tests.search_column import make_search_column
    from tests.world import build_world, read_world

    call_command("migrate", run_syncdb=True, verbosity=0)
    make_search_column(connection)
    with transaction.atomic():
        build_world()
        world = read_world()
        for number in range(1, SHOPS + 1):
            make_entity(world, number)
        for series in (Series.RECORD, Series.ORDER, Series.CASE, Series.PENALTY):
            make_number_block(world, series=series, pattern=f"{series.value}〔{{year}}〕{{number}}", last=900)
        visit = make_inspection(world)
        for _order in range(ORDERS):
            make_order(world, inspection=visit, number="")
        for _case in range(CASES):
            make_case(world)
    refresh_all()  # figures are kept from here on, as a worker would have seen to
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


SHOPS, ORDERS, CASES = 24, 16, 16

if __name__ == "__main__":
    prepare()
