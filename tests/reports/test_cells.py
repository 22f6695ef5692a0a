"""Figures kept in cells are those of the records, whatever is written and by which way."""

import gc
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entities.models import Entity, Region, Unit
from inspections.models import Case, Hazard, Inspection, Operation
from inspections.models.record import Record
from reports.cells import refresh as refreshing
from reports.cells import write as writing
from reports.cells.count import figure_of, own_cells
from reports.cells.periods import end_of_month, months_of
from reports.cells.readings import declared_readings, readings
from reports.cells.recount import Recount
from reports.cells.refresh import current, forget, rebuild, refresh, refresh_all
from reports.cells.remembered import Remembered
from reports.cells.triggers import install, missing, sources
from reports.cells.verify import differences
from reports.indicators import INDICATORS, Rate, total, totals, totals_at, totals_by
from reports.models import Cell, Mark, OwnIndicator, Return, Summary
from reports.models.cell import ALL_TIME
from reports.own import own_indicators
from reports.scope import FigureScope
from tests.at_once import at_once, needs_waiting_writers
from tests.factories import (
    MAKERS,
    make_batch,
    make_case,
    make_entity,
    make_exposure,
    make_hazard,
    make_inspection,
    make_joint_team,
    make_listing,
    make_listing_check,
    make_operation,
    make_return,
    make_task,
    rectify,
)


@pytest.fixture
def kept(world):
    """The small city with some records of each way that figures hang together, and its figures kept."""
    shop = make_inspection(world)
    operation = make_operation(world, by=world.manager, kind="joint_supervision", key="kept")
    joint = make_inspection(world, entity=world.repair_shop, operation=operation)
    hazard = make_hazard(world, inspection=shop)
    make_hazard(world, inspection=joint, category="illegal_modification")
    rectify(world, hazard)
    make_return(world, indicator="suspects").check_off(by=world.manager)
    refresh(world.campaign)
    return world


def false_cells(campaign):
    return [str(difference) for difference in differences(campaign)]


def counted(scope):
    """The figures from the records, past all cells."""
    return {declared.key: declared.total(scope) for declared in INDICATORS}


def test_every_indicator_is_kept_and_every_table_it_reads_is_marked():
    assert not [key for key, reading in declared_readings().items() if not reading.is_marked]
    tables = {model._meta.db_table for reading in declared_readings().values() for model in reading.models}
    assert tables <= {source.table for source in sources()}


def test_every_table_of_records_has_its_triggers(db):
    assert missing(connection) == set()
    with connection.cursor() as cursor:
        cursor.execute(
            'DROP TRIGGER "mark_insert" ON inspections_hazard'
            if connection.vendor == "postgresql"
            else 'DROP TRIGGER "mark_inspections_hazard_insert"'
        )
    assert missing(connection) == {"inspections_hazard"}


def test_what_is_judged_by_a_day_is_known_from_its_query():
    judged = {key for key, reading in declared_readings().items() if reading.is_of_the_day}
    assert {"hazards_overdue", "hazards_all_overdue", "entities_due", "crackdown_operations"} <= judged
    assert "inspections" not in judged


def test_without_a_summary_nothing_is_kept(world):
    make_inspection(world)
    assert current(world.campaign) is None
    assert totals(FigureScope(world.campaign))["inspections"] == 1
    assert not Cell.objects.exists()


def test_kept_figures_are_read_with_two_queries_and_asked_again_with_one(kept, django_assert_num_queries):
    scope = FigureScope(kept.campaign, kept.campaign.region)
    parts = [scope.at(region) for region in Region.objects.counties()]
    current(kept.campaign)  # how the figures stand is known by now
    for ask in (lambda: totals(scope), lambda: totals_by(scope, "month"), lambda: totals_at(scope, parts)):
        with django_assert_num_queries(2):
            first = ask()
        with django_assert_num_queries(1):
            assert ask() == first
    with django_assert_num_queries(2):
        totals_by(scope, "region")  # thousands of places are not remembered
    assert totals(scope)["inspections"] == 1


def test_what_a_process_remembers_ends_with_the_next_change(kept):
    scope = FigureScope(kept.campaign)
    before = totals(scope), totals_by(scope, "month")
    make_inspection(kept, entity=make_entity(kept, 5))
    assert totals(scope)["inspections"] == before[0]["inspections"] + 1
    assert totals_by(scope, "month") != before[1]


def test_what_a_process_remembers_has_an_end():
    remembered = Remembered(most=2)
    for asked in "abc":
        remembered.once(asked, asked.upper)
    assert remembered.once("c", lambda: "read again") == "C"
    assert remembered.once("a", lambda: "read again") == "read again"


def test_figures_that_one_query_counts_are_what_each_is_by_itself(kept):
    make_inspection(kept, entity=make_entity(kept, 7))
    Hazard.objects.filter(status="rectified").update(rectified_on=date(2024, 11, 4))
    make_case(kept, status="filed")
    make_case(kept, status="decided", number="2号", came_from="operation", operation=make_operation(kept))
    make_case(kept, status="filed", number="3号", came_from="inspection", inspection=Inspection.objects.first())
    scope = FigureScope(kept.campaign, on=kept.today)
    every = list(readings(kept.campaign).values())
    assert len({reading.batch for reading in every}) < len(every) / 2
    for places in (None, {"431102"}):
        together = own_cells(every, scope, places)
        for reading in every:
            assert figure_of(together, reading.key) == figure_of(own_cells([reading], scope, places), reading.key)


def test_figures_are_counted_together_unless_a_link_makes_more_rows_of_one_or_another_table_is_asked():
    batch = {key: reading.batch for key, reading in declared_readings().items()}
    assert batch["inspections"] == batch["visits_all"]  # the unit of a visit
    assert batch["crackdown_cases"] == batch["cases_all"] == batch["cases_sale"]  # an operation that not every case has
    assert batch["hazards_found"] == batch["hazards_rectified"]  # another date of the same hazards
    assert batch["officers_dispatched"] != batch["visits_all"]  # several officers of one visit
    assert batch["entities_inspected"] != batch["visits_all"]  # the other visits of the entity
    assert batch["sampling_transferred"] != batch["batches_all"]  # another place of the same batch


def test_what_one_query_counts_lies_each_in_the_month_of_its_own_date(kept):
    Hazard.objects.filter(status="rectified").update(rectified_on=date(2024, 11, 4))
    refresh(kept.campaign)
    cells = Cell.objects.filter(own=True, place="431102")
    months = {
        cell.month: {key: cell.figures.get(key) for key in ("hazards_found", "hazards_rectified")} for cell in cells
    }
    assert months[date(2024, 9, 1)] == {"hazards_found": 1, "hazards_rectified": None}
    assert months[date(2024, 11, 1)] == {"hazards_found": None, "hazards_rectified": 1}
    assert months[ALL_TIME] == {"hazards_found": 1, "hazards_rectified": 1}


def test_cells_written_in_bulk_are_those_of_the_records_the_first_time_and_again(kept, monkeypatch):
    monkeypatch.setattr(writing, "WRITTEN_AT_ONCE", 1)
    rebuild(kept.campaign)
    first = set(Cell.objects.values_list("pk", flat=True))
    assert false_cells(kept.campaign) == []
    Inspection.objects.update(vehicles_checked=F("vehicles_checked") + 3)
    assert false_cells(kept.campaign) == []
    assert first == set(Cell.objects.values_list("pk", flat=True))


def test_garbage_is_looked_for_again_once_everything_is_counted_and_when_that_fails(kept, monkeypatch):
    seen = []
    monkeypatch.setattr(Recount, "write", lambda self: seen.append(gc.isenabled()) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        rebuild(kept.campaign)
    assert seen == [False]
    assert gc.isenabled()


def test_a_place_with_nothing_inside_it_is_copied_once_for_both_of_its_lines(kept, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite copies nothing")
    monkeypatch.setattr(writing, "WRITTEN_AT_ONCE", 1)
    sent = []
    monkeypatch.setattr(
        writing.DjangoJSONEncoder,
        "encode",
        lambda self, figures: sent.append(figures) or json.dumps(figures, default=str),
    )
    rebuild(kept.campaign)
    lines = dict(_lines())
    alike = [cell for cell, figures in lines[True].items() if lines[False][cell] == figures]
    assert alike
    assert len(sent) == Cell.objects.count() - len(alike)


def _lines():
    """The figures of all cells by place and month, of the places themselves and of everything inside."""
    for own in (True, False):
        cells = Cell.objects.filter(own=own).values_list("place", "month", "figures")
        yield own, {(place, month): figures for place, month, figures in cells}


def test_what_does_not_add_up_over_places_is_what_records_name():
    every = declared_readings().values()
    assert {r.key for r in every if not r.adds_up_over_places} == {r.key for r in every if not r.declared.is_summed}


def test_every_answer_from_cells_is_the_answer_from_the_records(kept):
    make_inspection(kept, entity=make_entity(kept, 7), inspected_on=date(2024, 7, 3))
    make_return(kept, indicator="fines_amount", quantity="12.50").check_off(by=kept.manager)
    top = FigureScope(kept.campaign)
    places = [top, top.at(kept.campaign.region, own=True), *(top.at(region) for region in Region.objects.all())]
    periods = [
        (None, None),
        (None, date(2024, 8, 20)),
        (date(2024, 7, 3), date(2024, 9, 1)),
        (date(2024, 9, 1), date(2024, 9, 30)),
    ]
    for scope in (place.during(*period) for place in places for period in periods):
        answers = [totals(scope), told(totals_by(scope, "region")), told(totals_by(scope, "month"))]
        with transaction.atomic():
            forget(kept.campaign)
            assert answers == [totals(scope), told(totals_by(scope, "region")), told(totals_by(scope, "month"))]
            transaction.set_rollback(True)


def told(table):
    """The groups of a table without those in which nothing happened."""
    figures = {group: {key: number for key, number in row.items() if number} for group, row in table.items()}
    return {group: row for group, row in figures.items() if row}


def make(name):
    return lambda world: MAKERS[name](world)


def moved(world):
    """A shop moves to the other county and is visited there before its first visit here."""
    world.shop.region_id = "431103"
    world.shop.store(by=world.administrator)
    make_inspection(world, by=world.stranger, officers=[world.stranger, world.stranger2], inspected_on=date(2024, 6, 3))


def first_visit_is_voided(world):
    make_inspection(world, inspected_on=date(2024, 8, 5))
    Inspection.objects.order_by("inspected_on").first().void(by=world.manager, reason="重复录入")


def an_operation_elsewhere_changes(world):
    """A case lies in another county than its visit, and the visit's operation in neither."""
    operation = make_operation(world, by=world.administrator, kind="joint_supervision", key="elsewhere")
    visit = make_inspection(world, operation=operation, inspected_on=date(2024, 8, 30))
    case = make_case(world, status="filed", came_from="inspection", inspection=visit)
    Case.objects.filter(pk=case.pk).update(region="431103")
    Operation.objects.filter(pk=operation.pk).update(region="4311")
    refresh(world.campaign)
    Operation.objects.filter(pk=operation.pk).update(kind="crackdown")


def an_exposed_batch_elsewhere_changes(world):
    batches = [make_batch(world, number=f"B{n}", brand="同一牌") for n in (1, 2)]
    make_exposure(world).batches.set(batches)
    type(batches[0]).objects.filter(pk=batches[0].pk).update(region="431103")
    refresh(world.campaign)
    type(batches[0]).objects.filter(pk=batches[0].pk).update(brand="另一牌")


def a_page_moves_and_is_checked_there(world):
    page = make_listing(world)
    make_listing_check(world, listing=page)
    refresh(world.campaign)
    type(page).objects.update(region="431103")
    page.refresh_from_db()
    make_listing_check(world, listing=page)


WAYS = {
    "a visit is voided": lambda w: Inspection.objects.first().void(by=w.manager, reason="重复录入"),
    "the first of two visits is voided": first_visit_is_voided,
    "a shop moves and is visited there": moved,
    "a hazard is withdrawn": lambda w: make_hazard(w).withdraw(by=w.manager, reason="误报"),
    "a case is filed from a visit": lambda w: make_case(w, status="filed", inspection=Inspection.objects.first()),
    "a return is refused": lambda w: Return.objects.first().refuse(by=w.manager, reason="数字有误"),
    "an operation becomes another kind": lambda w: Operation.objects.update(kind="crackdown"),
    "a unit changes its department": lambda w: Unit.objects.filter(code="lingling").update(department="fire"),
    "a campaign begins on another day": lambda w: type(w.campaign).objects.update(starts_on=date(2024, 6, 1)),
    "visits are changed in bulk": lambda w: Inspection.objects.update(vehicles_checked=F("vehicles_checked") + 3),
    "visits change their place in bulk": lambda w: Inspection.objects.update(region="431103"),
    "visits change their entity in bulk": lambda w: Inspection.objects.update(entity=w.other_shop),
    "hazards change their visit": lambda w: Hazard.objects.update(inspection=Inspection.objects.last()),
    "hazards are removed by hand": lambda w: remove(Hazard.objects.filter(status="open")),
    "entities are closed by hand": lambda w: Entity.objects.update(
        state="closed", state_on=date(2024, 9, 1), state_reason="关门"
    ),
    "a visit gets a task behind it": lambda w: make_task(
        w, purpose="revisit", inspection=Inspection.objects.first(), done_on=date(2024, 9, 2)
    ),
    "one more officer was there": lambda w: Inspection.objects.first().officers.add(w.manager),
    "nobody was there": lambda w: Inspection.objects.first().officers.clear(),
    "a team gets departments": lambda w: make_joint_team(w).departments.set(["market", "fire"]),
    "a batch is exposed": lambda w: make_exposure(w).batches.add(make_batch(w, brand="示例牌")),
    "batches fail by hand": lambda w: type(make_batch(w)).objects.update(brand="示例牌", region="431103"),
    "a sales page is checked twice": lambda w: [make_listing_check(w, listing=page) for page in [make_listing(w)] for _ in (1, 2)],
    "an operation elsewhere becomes a crackdown": an_operation_elsewhere_changes,
    "an exposed batch elsewhere changes its brand": an_exposed_batch_elsewhere_changes,
    "a sales page moves and is checked there": a_page_moves_and_is_checked_there,
    "the campaign is one of a county": lambda w: type(w.campaign).objects.update(region="431102"),
    "a region is made around others": lambda w: Region.objects.create(code="43110", name="示例", level="county"),
    "the day of a visit is changed": lambda w: Inspection.objects.update(inspected_on=date(2024, 5, 31)),
    "a zero is written over a number": lambda w: Inspection.objects.update(vehicles_checked=0),
}  # fmt: skip


def remove(rows):
    """Rows taken out past every rule of the models."""
    table = rows.model._meta.db_table
    keys = list(rows.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.executemany(f'DELETE FROM "{table}" WHERE id = %s', [(key,) for key in keys])


@pytest.mark.parametrize("way", WAYS)
def test_cells_follow(kept, way):
    WAYS[way](kept)
    assert Mark.objects.exists()
    assert false_cells(kept.campaign) == []
    assert not Mark.objects.exists()


@pytest.mark.parametrize("name", MAKERS)
def test_cells_follow_each_kind_of_record(kept, name):
    record = MAKERS[name](kept)
    assert false_cells(kept.campaign) == []
    model = type(record)
    if issubclass(model, Record):
        model._base_manager.filter(pk=record.pk).update(region="431103", version=F("version") + 1)
        assert false_cells(kept.campaign) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from([*WAYS]), st.booleans(), st.booleans()), min_size=2, max_size=6))
def test_cells_follow_any_history(kept, history):
    with transaction.atomic():
        for way, is_taken_back, is_read in history:
            with transaction.atomic():
                try:
                    with transaction.atomic():
                        WAYS[way](kept)
                except (ValidationError, IntegrityError, AttributeError):
                    pass  # what the rules refuse changes nothing; there may be no visit any more
                if is_taken_back:
                    transaction.set_rollback(True)
            for name in ("shop", "other_shop", "repair_shop"):
                getattr(kept, name).refresh_from_db()
            if is_read:
                assert totals(FigureScope(kept.campaign)) == counted(FigureScope(kept.campaign))
        assert false_cells(kept.campaign) == []
        transaction.set_rollback(True)


def test_an_own_indicator_that_reads_what_nobody_marks_is_not_kept(kept):
    OwnIndicator.objects.create(
        campaign=kept.campaign, key="own-by-unit", name="零陵", unit="项", ledger="assignment", query="q=零陵"
    )
    refresh_all()
    assert "own-by-unit" not in Summary.objects.get().kept


def test_what_was_written_while_there_were_no_triggers_is_counted_once_they_are_made_again(kept):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute('DROP TRIGGER "mark_update" ON inspections_inspection')
        else:
            cursor.execute('DROP TRIGGER "mark_inspections_inspection_update"')
    Inspection.objects.update(vehicles_checked=9)
    assert not Mark.objects.exists()
    install()
    assert missing(connection) == set()
    assert false_cells(kept.campaign) == []


def test_many_places_of_a_part_of_months_cost_no_more_queries(kept, django_assert_num_queries):
    scope = FigureScope(kept.campaign, since=date(2024, 5, 10), until=date(2024, 9, 20))
    parts = [scope.at(region) for region in Region.objects.all()]
    keys = ["inspections", "hazards_found"]
    current(kept.campaign)
    with django_assert_num_queries(2 + 2 * (len(keys) + 1)):  # state, cells; each edge: the figures and all returns
        found = totals_at(scope, parts, keys)
    assert found == [{key: counted(part)[key] for key in keys} for part in parts]


def test_what_is_rolled_back_leaves_no_mark(kept):
    with transaction.atomic():
        make_inspection(kept, entity=make_entity(kept, 5))
        assert totals(FigureScope(kept.campaign))["inspections"] == 2
        transaction.set_rollback(True)
    assert not Mark.objects.exists()
    assert totals(FigureScope(kept.campaign))["inspections"] == 1


def test_a_false_cell_is_named(kept):
    cell = Cell.objects.get(own=True, place="431102", month=date(2024, 9, 1))
    cell.figures["inspections"] += 1
    cell.save()
    assert false_cells(kept.campaign) == ["inspections: 431102 itself, 2024-09: kept 2, counted 1"]


def test_a_reader_leaves_much_work_to_the_workers_and_is_right_all_the_same(kept, monkeypatch):
    monkeypatch.setattr(refreshing, "MOST_FOR_A_READER", 0)
    make_inspection(kept, entity=make_entity(kept, 5))
    assert current(kept.campaign) is None
    assert totals(FigureScope(kept.campaign))["inspections"] == 2
    assert Mark.objects.exists()
    refresh_all()
    assert not Mark.objects.exists()
    assert current(kept.campaign) is not None


def test_on_another_day_what_is_judged_by_it_is_counted_and_then_kept(kept, settings):
    hazard = make_hazard(kept, inspection=Inspection.objects.first(), deadline=date(2024, 9, 20))
    scope = FigureScope(kept.campaign)
    assert totals(scope)["hazards_all_overdue"] == 0
    later = replace(scope, on=date(2024, 9, 21))
    assert totals(later)["hazards_all_overdue"] == 1
    settings.DEMO_TODAY = "2024-09-21"
    assert totals(scope)["hazards_all_overdue"] == 1
    refresh_all()
    assert Summary.objects.get().day == hazard.deadline + timedelta(days=1)
    assert false_cells(kept.campaign) == []


def test_an_own_indicator_is_kept_as_it_is_filtered_now(kept, django_assert_num_queries):
    own = OwnIndicator.objects.create(
        campaign=kept.campaign, key="own-routine", name="日常检查", unit="次", ledger="inspection", query="mode=routine"
    )
    scope = FigureScope(kept.campaign)
    assert total(own_indicators(kept.campaign)[0], scope) == 2
    refresh_all()
    declared = own_indicators(kept.campaign)[0]
    with django_assert_num_queries(3):  # how the figures stand now, and the cell
        assert total(declared, scope) == 2
    own.query = "mode=joint"
    own.save()
    assert total(own_indicators(kept.campaign)[0], scope) == 0
    make_inspection(kept, entity=make_entity(kept, 5), mode="joint")
    assert total(own_indicators(kept.campaign)[0], scope) == 1
    refresh_all()
    assert false_cells(kept.campaign) == []
    own.delete()
    refresh_all()
    assert "own-routine" not in Summary.objects.get().kept


def test_a_figure_that_is_declared_otherwise_after_an_upgrade_is_counted_until_the_workers_kept_it(kept):
    summary = Summary.objects.get()
    summary.kept["inspections"] = "of an older version"
    summary.save()
    Cell.objects.update(figures={"inspections": 77})
    assert totals(FigureScope(kept.campaign))["inspections"] == 1
    refresh_all()
    assert Summary.objects.get().kept["inspections"] == declared_readings()["inspections"].digest


def test_figures_of_a_unit_are_counted_from_the_records(kept):
    scope = FigureScope(kept.campaign, unit=Unit.objects.get(code="lingling"))
    Cell.objects.all().delete()
    assert totals(scope)["inspections"] == 1


@given(st.dates(date(2023, 11, 1), date(2025, 3, 1)), st.integers(0, 300))
def test_whole_months_and_edges_are_exactly_the_days_of_a_period(since, length):
    until = since + timedelta(days=length)
    months = months_of(since, until)
    if months is None:
        return
    days = dict.fromkeys(range(months.first.toordinal(), end_of_month(months.last).toordinal() + 1), 1)
    for edge in months.edges:
        for day in range(edge.since.toordinal(), edge.until.toordinal() + 1):
            days[day] = days.get(day, 0) + edge.sign
    assert {day for day, times in days.items() if times} == set(range(since.toordinal(), until.toordinal() + 1))
    assert set(days.values()) <= {0, 1}
    assert all((edge.until - edge.since).days <= 15 for edge in months.edges)


def test_a_rate_is_never_kept_but_computed_from_two_kept_totals(kept):
    assert not {i.key for i in INDICATORS if isinstance(i, Rate)} & Summary.objects.get().kept.keys()


@needs_waiting_writers
@pytest.mark.django_db(transaction=True)
def test_writers_and_readers_at_once_leave_no_false_cell(world):
    refresh(world.campaign)
    scope = FigureScope(world.campaign)
    shops = [make_entity(world, number) for number in range(10, 22)]

    def write(mine):
        for shop in mine:
            make_hazard(world, inspection=make_inspection(world, entity=shop))

    def read():
        seen = [totals(scope)["inspections"] for _again in range(6)]
        assert seen == sorted(seen)

    at_once(*(lambda mine=shops[n::3]: write(mine) for n in range(3)), read, read, lambda: refresh_all())
    assert totals(scope)["inspections"] == 12
    assert false_cells(world.campaign) == []
    assert Case.objects.count() == 0
