"""The walk: every indicator × region × month of the demonstration equals its drill-down, and the published figures agree."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.core.management import call_command

from entities.models import Region
from reports.indicators import COUNT, INDICATORS, Indicator, totals, totals_by
from reports.rollup import county_rows, month_rows
from reports.scope import FigureScope

COUNTED = [i for i in INDICATORS if isinstance(i, Indicator)]


def test_the_published_figures_agree(demo_city, capsys):
    call_command("figures", demo_city.code, check="reports/data/campaign_figures.json")
    assert "All 34 published figures agree." in capsys.readouterr().out


@pytest.mark.parametrize("declared", COUNTED, ids=lambda i: i.key)
def test_every_figure_equals_its_drill_down_in_every_region_and_month(demo_city, declared):
    scope = FigureScope(demo_city)
    by_region, by_month = declared.by(scope, "region"), declared.by(scope, "month")
    assert sum(1 for _ in declared.rows(scope)) == len(set(declared.rows(scope).values_list("pk")))
    for region in Region.objects.counties():
        here = scope.at(region)
        assert measured(declared, here) == by_region.get(region.code, 0)
    for first in scope.months() if declared.date_field else ():
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        then = scope.during(first, last)
        assert measured(declared, then) == by_month.get(first, 0)


@pytest.mark.parametrize("declared", [i for i in COUNTED if {"month", "region"} <= i.additive], ids=lambda i: i.key)
def test_additive_figures_add_up_over_county_and_month_together(demo_city, declared):
    scope = FigureScope(demo_city)
    groups = {first: declared.by(scope.during(first, last), "region") for first, last in months(scope)}
    assert sum(sum(figures.values()) for figures in groups.values()) == declared.total(scope)


def measured(declared, scope):
    """The figure counted one record at a time, in Python, from the list that the drill-down shows, and the returns on it."""
    rows = declared.rows(scope)
    returned = sum(r.quantity for r in scope.returns() if r.indicator == declared.key)
    return _counted(declared, rows) + returned


def _counted(declared, rows):
    special = {
        "departments_joined": lambda: len({d.pk for team in rows for d in team.departments.all()}),
        "people_trained": lambda: sum(training.directors + training.quality_officers for training in rows),
        "officers_dispatched": lambda: sum(len(visit.officers.all()) for visit in rows.prefetch_related("officers")),
        "towns_covered": lambda: len({visit.entity.township for visit in rows.select_related("entity")}),
        "abnormal_entities": lambda: len({case.entity_id for case in rows}),
        "brands_failed": lambda: len({batch.brand for batch in rows}),
        "batches_exposed": lambda: sum(len(exposure.batches.all()) for exposure in rows),
        "brands_exposed": lambda: len({batch.brand for exposure in rows for batch in exposure.batches.all()}),
    }
    if declared.key in special:
        return special[declared.key]()
    if declared.measure is COUNT:
        return len(rows)
    summed = declared.measure.get_source_expressions()[0].name
    return len(rows) if summed == "pk" else sum(getattr(row, summed) or 0 for row in rows)


def months(scope):
    for first in scope.months():
        yield first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def test_parts_are_never_larger_than_their_wholes(demo_city):
    scope = FigureScope(demo_city)
    for here in [scope, *(scope.at(region) for region in Region.objects.counties())]:
        figures = totals(here)
        for declared in COUNTED:
            if declared.parent and declared.region_field == "region":
                assert figures[declared.key] <= figures[declared.parent], declared.key


def test_tables_have_a_row_for_the_city_itself_every_county_and_every_month(demo_city):
    scope = FigureScope(demo_city)
    counties = county_rows(scope)
    assert len(counties) == 15
    assert counties[0].scope.own
    assert len(month_rows(scope)) == 9
    for declared, rows in product(COUNTED, [counties]):
        if "region" in declared.additive:
            assert sum(row.figures[declared.key] for row in rows) == declared.total(scope), declared.key


def test_a_period_narrows_every_figure(demo_city):
    scope = FigureScope(demo_city)
    before = totals(scope.during(None, date(2024, 4, 30)))
    stocks = {declared.key for declared in COUNTED if not declared.date_field}
    assert not any(value for key, value in before.items() if key not in stocks)
    assert totals_by(scope.during(date(2024, 6, 1), date(2024, 6, 30)), "month").keys() == {date(2024, 6, 1)}
