"""Many new rows are written at once, and nothing tells them from rows that were written one by one."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from entities.models import Entity
from reports.imports import apply as applying
from reports.imports.apply import RefusedRows, apply, check, hand_in
from reports.imports.nouns import NOUNS
from reports.models import Import, ImportedRow
from tests.factories import make_entity
from tests.reports.import_lists import book
from tests.reports.test_import_nouns import of
from tests.world import valid_credit_code

TOLD_APART_BY = {"id", "history_id", "created_at", "changed_at", "history_date"}


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def shop(number, **changes):
    return {
        "name": f"零陵重庆车行{number}", "kind": "seller", "credit_code": valid_credit_code(f"92431102MA5M{number:04d}X0"),
        "region": "431102", "address": f"人民路{number}号", "phone": "0746-1", "pledged_on": "2024-05-01", "brands": "雅迪",
    } | changes  # fmt: skip


@pytest.fixture
def bring(world):
    def run(*rows):
        source = hand_in(
            NOUNS["entities"], "l.xlsx", book("entities", *rows), campaign=world.campaign, by=world.administrator
        )
        check(source)
        return source

    return run


@pytest.fixture
def one_by_one(monkeypatch):
    def use():
        monkeypatch.setattr(applying, "_write_at_once", lambda *_words: None)

    return use


def kept(model):
    """Every column of every row of the new shops, as the database has it, but for its number and the moment."""
    names = [field.column for field in model._meta.concrete_fields if field.name not in TOLD_APART_BY]
    with connection.cursor() as cursor:
        columns = ", ".join(f'"{name}"' for name in names)
        cursor.execute(f"SELECT {columns} FROM {model._meta.db_table} WHERE name LIKE '零陵重庆%%' ORDER BY name")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


ROWS = [
    shop(1), shop(2, credit_code="", licence_number="JY1", pledged_on="", brands=""), shop(3, risk_level="high", township="梅花镇"),
]  # fmt: skip


def test_rows_and_their_history_are_those_of_rows_written_one_by_one(world, bring, one_by_one):
    begun = timezone.now()
    apply(bring(*ROWS), by=world.administrator)
    together = kept(Entity), kept(Entity.history.model)
    assert len(together[0]) == len(together[1]) == 3
    first = Entity.objects.filter(name__startswith="零陵重庆").first()
    remembered = first.history.get()
    assert remembered.id == first.pk
    for moment in (first.created_at, first.changed_at, remembered.history_date):
        assert begun - timedelta(seconds=1) <= moment <= timezone.now()
    assert remembered.changed_at == first.changed_at
    assert (remembered.history_way, remembered.history_type, first.version) == ("import", "+", 1)
    assert set(ImportedRow.objects.values_list("object_id", "version_after")) == {
        (pk, 1) for pk in Entity.objects.filter(name__startswith="零陵重庆").values_list("pk", flat=True)
    }

    ImportedRow.objects.all().delete()
    keys = list(Entity.objects.filter(name__startswith="零陵重庆").values_list("pk", flat=True))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('campaign.retention', 'on', true)")
    Entity.history.model._base_manager.filter(id__in=keys)._raw_delete(connection.alias)
    Entity._base_manager.filter(pk__in=keys)._raw_delete(connection.alias)
    one_by_one()
    apply(bring(*ROWS), by=world.administrator)
    assert (kept(Entity), kept(Entity.history.model)) == together


def every_column(model, kept_apart=TOLD_APART_BY):
    names = [field.column for field in model._meta.concrete_fields if field.name not in kept_apart]
    return sorted(map(repr, model._base_manager.values_list(*names)))


@pytest.mark.parametrize("kind", ["certificates", "tasks"])
def test_records_about_entities_are_those_of_rows_written_one_by_one(kind, world, one_by_one):
    model = NOUNS[kind].model
    rows = [of(make_entity(world, number), kind) for number in range(1, 4)]

    def written():
        with transaction.atomic():
            source = hand_in(NOUNS[kind], "l.xlsx", book(kind, *rows), campaign=world.campaign, by=world.administrator)
            check(source)
            with CaptureQueriesContext(connection) as queries:
                apply(source, by=world.administrator)
            found = every_column(model), every_column(model.history.model), len(queries)
            assert len(found[0]) == len(found[1]) == source.rows.count() == 3
            transaction.set_rollback(True)
        return found

    *together, few = written()
    one_by_one()
    *alone, many = written()
    assert together == alone
    assert few < many


# Whether the entity of a certificate is there is asked once; of tasks it was asked of all at once.
@pytest.mark.parametrize(("kind", "for_each_entity"), [("certificates", 1), ("tasks", 0)])
def test_their_pieces_take_hardly_more_queries_the_more_rows_they_have(kind, for_each_entity, world):
    entities = [make_entity(world, number) for number in range(1, 13)]

    def asked(some):
        rows = [of(one, kind) for one in some]
        source = hand_in(NOUNS[kind], "l.xlsx", book(kind, *rows), campaign=world.campaign, by=world.administrator)
        check(source)
        with CaptureQueriesContext(connection) as queries:
            apply(source, by=world.administrator)
        return len(queries)

    asked(entities[:2])
    assert asked(entities[4:]) - asked(entities[2:4]) == 6 * for_each_entity


def test_a_piece_takes_the_same_queries_however_many_rows_it_has(world, bring):
    def asked(source):
        with CaptureQueriesContext(connection) as queries:
            apply(source, by=world.administrator)
        return len(queries)

    asked(bring(shop(30), shop(31)))  # what is looked up once in the life of a process
    few = asked(bring(shop(1), shop(2)))
    assert asked(bring(*[shop(number) for number in range(3, 20)])) == few


def test_pieces_are_written_in_the_order_of_the_file(world, bring, monkeypatch):
    monkeypatch.setattr(applying, "AT_ONCE_ROWS", 2)
    known = {"credit_code": world.shop.credit_code, "address": world.shop.address, "kind": world.shop.kind,
             "region": world.shop.region_id, "name": "改了名"}  # fmt: skip
    source = bring(shop(1), shop(2), shop(3), known, shop(4))
    apply(source, by=world.administrator)
    assert [row.record.name[-1] for row in source.rows.order_by("number")] == ["1", "2", "3", "名", "4"]
    assert list(source.rows.order_by("number").values_list("outcome", flat=True)) == ["made"] * 3 + ["changed", "made"]


def test_one_that_the_database_refuses_is_named_and_nothing_is_written(world, bring, monkeypatch):
    source = bring(shop(1), shop(2), shop(3))
    # What another officer wrote after the rows were judged: the constraint of the database finds it.
    faster = Entity(**shop(2, region=world.county, pledged_on=None), identity_kind="uscc")
    judged = applying._judgement
    monkeypatch.setattr(
        applying, "_judgement", lambda run: (faster.pk or faster.store(by=world.manager), judged(run))[1]
    )
    with translation.override("en"), pytest.raises(RefusedRows) as refused:
        apply(source, by=world.administrator)
    assert [(found.row, found.column) for found in refused.value.findings] == [(3, "name")]
    assert "already in the register" in refused.value.messages[0]
    assert not ImportedRow.objects.exists()
    assert Import.objects.get().status == "checked"


@pytest.mark.parametrize("wrong", [{"identity_kind": "identity_card"}, {"phone": "1" * 31}, {"region": None}])
def test_a_rule_of_one_field_or_across_fields_is_told_at_its_row(world, bring, monkeypatch, wrong):
    source = bring(shop(1), shop(2))
    values_of = NOUNS["entities"].values
    monkeypatch.setattr(
        NOUNS["entities"], "values",
        lambda row, context: values_of(row, context) | (wrong if row["address"] == "人民路2号" else {}),
    )  # fmt: skip
    with pytest.raises(RefusedRows) as refused:
        apply(source, by=world.administrator)
    assert {found.row for found in refused.value.findings} == {3}
    assert not Entity.objects.filter(name__startswith="零陵重庆").exists()


def test_a_worker_that_dies_in_the_middle_leaves_nothing(world, bring, monkeypatch):
    monkeypatch.setattr(applying, "AT_ONCE_ROWS", 2)
    source = bring(*[shop(number) for number in range(6)])

    class Died(BaseException):
        pass

    def told(done, _total):
        if done >= 4:
            assert Entity.objects.filter(name__startswith="零陵重庆").count() == 4
            raise Died

    with pytest.raises(Died):
        apply(source, by=world.administrator, told=told)
    assert not Entity.objects.filter(name__startswith="零陵重庆").exists()
    assert not Entity.history.filter(name__startswith="零陵重庆").exists()
    assert Import.objects.get().status == "checked"
