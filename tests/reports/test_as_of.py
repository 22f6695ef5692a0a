"""The past, rebuilt from the history."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from entities.models import Entity
from entities.seals import unprotected
from inspections.models import Hazard, Inspection
from reports.as_of import as_of, end_of
from reports.indicators import INDICATORS, Indicator, indicator, totals
from reports.scope import FigureScope
from tests.factories import make_hazard, make_inspection


def test_a_record_entered_later_is_not_there_yet_and_a_void_has_not_happened(world):
    early = make_inspection(world)
    before = timezone.now()
    make_inspection(world, entity=early.entity)
    early.void(by=world.manager, reason="typed twice")
    with as_of(before):
        assert list(Inspection.objects.submitted()) == [early]
        assert Inspection.objects.get().status == "submitted"
    assert list(Inspection.objects.submitted()) != [early]


def test_a_hazard_is_pending_until_it_was_withdrawn(world):
    hazard = make_hazard(world)
    scope = FigureScope(world.campaign)
    before = timezone.now()
    found = totals(scope, ["hazards_found"])
    hazard.withdraw(by=world.manager, reason="found in error")
    assert totals(scope, ["hazards_found"]) != found
    with as_of(before):
        assert totals(scope, ["hazards_found"]) == found
        assert Hazard.objects.visible_to(world.manager).count() == 1
        assert not Hazard.objects.visible_to(world.stranger).exists()


def test_the_present_comes_back_after_an_error(world):
    make_hazard(world)
    with pytest.raises(ZeroDivisionError), as_of(timezone.now() - timedelta(days=3650)):
        assert not Hazard.objects.exists()
        raise ZeroDivisionError
    assert Hazard.objects.count() == 1


def test_the_past_is_not_nested(world):
    with as_of(timezone.now()), pytest.raises(RuntimeError), as_of(timezone.now()):
        pass


def test_without_a_moment_it_is_the_present(world):
    make_hazard(world)
    with as_of(None):
        assert Hazard.objects.count() == 1


def test_the_demonstration_grows_month_by_month(demo_city):
    scope, keys = FigureScope(demo_city), ["inspections", "hazards_found"]
    grown = []
    for day in (date(2024, 4, 1), date(2024, 8, 31), date(2024, 12, 31)):
        with as_of(end_of(day)):
            grown.append(totals(scope, keys)["inspections"])
            assert grown[-1] <= indicator("inspections").total(scope.during(None, day)) or grown[-1] == 0
    now = totals(scope, keys)["inspections"]
    assert grown[0] == 0 < grown[1] < grown[2] < now == 817


def test_the_members_of_every_figure_sum_up_to_it(demo_city):
    scope = FigureScope(demo_city)
    for declared in INDICATORS:
        if isinstance(declared, Indicator) and declared.is_summed:
            assert sum(declared.members(scope).values()) == declared.recorded(scope), declared.key


def test_files_and_the_wall_of_a_past_day_are_of_that_day(world, client):
    make_inspection(world, inspected_on=date(2024, 8, 1))
    make_inspection(world, entity=world.other_shop)
    with unprotected():
        Entity.history.update(history_date=datetime(2024, 5, 1, tzinfo=UTC))
        Inspection.history.filter(entity=world.shop.pk).update(history_date=datetime(2024, 8, 1, tzinfo=UTC))
        Inspection.history.filter(entity=world.other_shop.pk).update(history_date=datetime(2024, 9, 1, tzinfo=UTC))
    client.force_login(world.leader)

    def asked(name, *args, **query):
        return client.get(reverse(name, args=args), {"as_of": "2024-08-15"} | query)

    listed = asked("ledger", "inspection")
    assert listed.context["count"].number == 1 and "2024-08-15" in listed.content.decode()
    assert len(list(csv.reader(StringIO(text_of(asked("ledger_export_as", "inspection", "csv")))))) == 2
    assert len(list(csv.reader(StringIO(text_of(asked("ledger_export_as", "inspection", "csv", as_of="")))))) == 3
    wall = asked("dashboard_wall")
    assert wall.context["board"].figure("inspections").number == 1
    assert wall.context["as_of"] == "2024-08-15 24:00"
    book = load_workbook(BytesIO(b"".join(asked("summary_workbook"))))
    assert any("2024-08-15 24:00" in str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
    sides = asked("dashboard_compare", other_region="4311", other_to="2024-12-31")
    pair = next(p for _label, pairs in sides.context["chapters"] for p in pairs if p.declared.key == "inspections")
    assert (pair.left.words.split()[0], pair.right.words.split()[0]) == ("1", "2")
    assert len(client.get(pair.left.url).context["rows"]) == 1 and "2024-08-15" in sides.content.decode()


def text_of(response):
    return b"".join(response).decode("utf-8-sig")
