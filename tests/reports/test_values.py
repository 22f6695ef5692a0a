"""What the database answers makes the same cells as the record itself, in a number of queries that pieces cause, not rows."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from entities.models import Entity, EntityKind, ProductType
from reports import spreadsheets, values
from reports.ledgers import BY_NAME, LEDGERS
from reports.spreadsheets import plain
from reports.values import values_of
from tests.factories import make_hazard, make_inspection
from tests.ledger_records import make_one_of_each

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything(world):
    make_one_of_each(world)
    Entity.objects.filter(pk=world.shop.pk).update(
        further_kinds=[EntityKind.REPAIR_SHOP, "gone"], goods=[ProductType.EBIKE], longitude="111.5"
    )
    return world


@pytest.mark.parametrize("declared", LEDGERS, ids=lambda declared: declared.name)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_values_are_those_of_the_record(declared, language, everything):
    rows = declared.model._base_manager.order_by("pk")
    assert rows.exists()
    with translation.override(language):
        made = list(values_of(declared, rows, declared.exported))
        read = [tuple(column.value(record) for column in declared.exported) for record in rows]
    assert made == read


def test_values_are_the_same_in_many_small_pieces(everything, monkeypatch):
    declared = BY_NAME["entity"]
    whole = list(values_of(declared, Entity.objects.all(), declared.exported))
    monkeypatch.setattr(values, "PIECE_ROWS", 2)
    monkeypatch.setattr(values, "MOST_NAMES", 1)
    assert list(values_of(declared, Entity.objects.all(), declared.exported)) == whole
    assert len(whole) > 2


@pytest.mark.parametrize("name", ["hazard", "inspection", "entity", "penalty"])
def test_a_piece_asks_the_same_for_many_rows(name, everything):
    declared, world = BY_NAME[name], everything

    def asked():
        with CaptureQueriesContext(connection) as queries:
            count = len(list(values_of(declared, declared.model.objects.all(), declared.exported)))
        return count, len(queries)

    few, queries = asked()
    for number in range(5):
        shop = Entity(
            name=f"店{number}", kind="seller", region=world.county, address=f"{number}号", identity_kind="convenience_trade"
        )  # fmt: skip
        shop.store(by=world.manager)
        make_hazard(world, inspection=make_inspection(world, entity=shop))
    many, queries_of_many = asked()
    assert queries_of_many == queries
    assert many > few or name == "penalty"


def test_a_record_removed_meanwhile_leaves_its_row(everything, monkeypatch):
    declared = BY_NAME["inspection"]
    rows = values_of(declared, declared.model.objects.all(), declared.exported)
    monkeypatch.setattr(type(declared), "loaded", lambda *_args: declared.model.objects.none())
    first = next(rows)
    names = [column.name for column in declared.exported]
    assert first[names.index("officers")] is None
    assert first[names.index("entity")]


@pytest.mark.parametrize("kind", ["text", "choice", "number", "money", "date", "time", "flag", "link", "many", "clock"])
def test_cells_of_a_column_are_those_of_each_value(kind):
    given = [
        None, "", "=1", "汉字", "a\x00b", "two\r\nlines", "x" * 40_000, "x" * 32_767, "\u3000", "  ", 0, 1, -7, 2.5, True, False,
        Decimal("1.50"), date(2024, 5, 1), datetime(2024, 5, 1, 20, 1, tzinfo=UTC),
        datetime(2024, 5, 1, 20, 1, tzinfo=UTC).replace(tzinfo=None), ["a"],
    ]  # fmt: skip
    assert repr(spreadsheets._cells_of(kind)(given)) == repr([plain(value, kind) for value in given])
