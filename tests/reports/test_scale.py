"""The campaigns on which speed is measured: their size, and that they are a campaign that could have been entered."""

import datetime
import hashlib
import random
from itertools import islice

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Q
from stdnum.cn import uscc

from entities.models import Entity, Officer, Region, Unit
from entities.pinyin import initials
from inspections.models import (
    Answer,
    Campaign,
    Case,
    Deadline,
    Evidence,
    Hazard,
    Inspection,
    Penalty,
    Rectification,
    SamplingBatch,
    SelfCheck,
    Task,
)
from reports.indicators import INDICATORS, totals
from reports.scale import SIZES
from reports.scale.bare import without_indexes
from reports.scale.places import Places
from reports.scale.register import credit_codes
from reports.scale.writing import Writer
from reports.scope import FigureScope
from tests.demo_city import DEMO_DAY, empty_city
from tests.environment import FAST_HASHER

CITY = SIZES["city"]
ROWS = (
    "a63c6a48cf7b6df8c859f2a99e8f9ed4aa0125507fd654f51f5d14015d4f9395"  # changes with every change of what is written
)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The city, loaded once for the tests of this module and taken back afterwards."""
    from django.conf import settings

    day, settings.DEMO_TODAY = settings.DEMO_TODAY, DEMO_DAY
    hashers, settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS, [FAST_HASHER]
    with django_db_blocker.unblock(), transaction.atomic():
        empty_city()
        call_command("load_scale", "city", verbosity=0)
        yield Campaign.objects.get()
        transaction.set_rollback(True)
    settings.DEMO_TODAY, settings.PASSWORD_HASHERS = day, hashers


@pytest.fixture
def campaign(loaded, db, settings):
    settings.DEMO_TODAY = DEMO_DAY
    return loaded


def test_the_city_has_the_size_that_a_city_published(campaign):
    counted = {model: model.objects.count() for model in (Entity, Inspection, Hazard, Case, SamplingBatch, SelfCheck)}
    assert counted == {Entity: 5_000, Inspection: 817, Hazard: 154, Case: 37, SamplingBatch: 24, SelfCheck: 1_000}
    assert Region.objects.counties().count() == 11
    assert Unit.objects.count() == Region.objects.count() == 13


def test_the_sizes_of_province_and_nation_are_those_of_the_benchmarks():
    nation, province = SIZES["nation"], SIZES["province"]
    assert (nation.entities, nation.inspections, nation.hazards, nation.cases, nation.batches) == (
        1_000_000, 875_000, 165_000, 40_000, 26_000,
    )  # fmt: skip
    assert (province.entities, province.inspections) == (100_000, 28_000)


def test_the_nation_has_a_root_whose_code_begins_every_other():
    places = Places(SIZES["nation"], random.Random(1))
    codes = [code for code, *_rest in places.regions]
    assert len(places.counties) == 3_000 and len(set(codes)) == 1 + 31 + 333 + 3_000
    assert all(code.startswith("86") for code in codes)
    assert all(parent is None or code.startswith(parent) for code, _name, _level, parent in places.regions)
    assert sum(places.share(1_000_000)) == 1_000_000


def digest():
    """Of every row of the larger tables, but for keys that were given out by others and differ from database to database."""
    left_out = {"campaign_id", "checklist_version_id", "item_id", "ground_id", "content_type_id"}
    told = hashlib.sha256()
    for model in (
        Region,
        Entity,
        SelfCheck,
        Inspection,
        Hazard,
        Rectification,
        Case,
        Penalty,
        Task,
        Evidence,
        Deadline,
    ):
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in left_out]
        for row in model._base_manager.order_by("pk").values_list(*names):
            told.update(repr([sorted(v.items()) if isinstance(v, dict) else v for v in row]).encode())
    return told.hexdigest()


def test_it_is_the_same_row_for_row_on_each_run_and_on_both_databases(campaign):
    assert digest() == ROWS
    with transaction.atomic():
        empty_city()
        call_command("load_scale", "city", verbosity=0)
        assert digest() == ROWS
        transaction.set_rollback(True)


def test_every_record_passes_its_own_rules(campaign):
    for model in (Entity, SelfCheck, Hazard, Rectification, Case, Penalty, SamplingBatch, Task, Deadline):
        for record in model.objects.order_by("?")[:20]:
            record._judged_on = datetime.date(2025, 1, 20)
            record.full_clean()


def test_credit_codes_are_valid_and_differ():
    codes = list(islice(credit_codes("431102"), 400))
    assert all(uscc.is_valid(code) for code in codes)
    assert len(set(codes)) == 400


def test_names_are_marked_and_found_by_the_initials_of_their_parts(campaign):
    entities = Entity.objects.all()[:300]
    assert all(entity.name.endswith("（示例）") for entity in entities)
    assert [entity.initials for entity in entities] == [initials(entity.name) for entity in entities]


def test_most_entities_are_visited_once_or_never_and_a_few_very_often(campaign):
    visits = dict(Inspection.objects.order_by().values_list("entity").annotate(Count("pk")))
    assert sum(1 for count in visits.values() if count > 1) < len(visits) / 2 < CITY.entities / 4
    assert max(visits.values()) >= 10


def test_what_failed_at_a_visit_is_its_hazards(campaign):
    for visit in Inspection.objects.inspected().filter(hazards__isnull=False).prefetch_related("hazards__item")[:100]:
        assert sorted(visit.failed_codes()) == sorted(hazard.item.code for hazard in visit.hazards.all())
    assert not [v for v in Inspection.objects.filter(hazards=None) if Answer.FAIL in v.answers.values()]
    assert Inspection.objects.annotate(present=Count("officers")).filter(present=2).count() == CITY.inspections


def test_the_figures_hold_together(campaign):
    figures = totals(FigureScope(campaign))
    parents = {i.key: i.parent for i in INDICATORS if i.parent and not hasattr(i, "part")}
    assert [key for key, parent in parents.items() if figures[key] > figures[parent]] == []
    for key in ("inspections", "hazards_found", "hazards_rectified", "cases_filed", "fines_amount", "sampling_batches",
                "crackdown_cases", "entities_interviewed", "self_check_entities", "visits_joint"):  # fmt: skip
        assert figures[key] > 0, key
    assert figures["entities_inspected"] <= figures["visits_all"] <= CITY.inspections


def test_the_history_tells_each_state(campaign):
    hazard = Hazard.objects.rectified().first()
    assert [row.status for row in hazard.history.order_by("history_date", "history_id")] == [
        "open",
        "submitted",
        "rectified",
    ]
    visit = Inspection.objects.submitted().first()
    assert {link.officer_id for link in visit.history.get().officers.all()} == set(
        visit.officers.values_list("pk", flat=True)
    )
    assert not Hazard.objects.exclude(pk__in=Hazard.history.values("id")).exists()


def test_the_printed_accounts_sign_in_and_see_their_area(campaign):
    inspector, leader = Officer.objects.get(username="county-inspector"), Officer.objects.get(username="city-leader")
    assert inspector.check_password("yongzhou-demo-2024") and inspector.has_perm("inspections.add_inspection")
    assert Inspection.objects.visible_to(leader).count() > Inspection.objects.visible_to(inspector).count() > 0


def test_a_database_with_records_is_refused(campaign):
    with pytest.raises(CommandError, match="use an empty one"):
        call_command("load_scale", "city", verbosity=0)


def test_the_next_record_gets_a_free_key(campaign):
    last = Officer.objects.order_by("-pk").first()
    with transaction.atomic():
        assert Officer.objects.create(username="late", name="Late").pk > last.pk
        transaction.set_rollback(True)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="COPY is PostgreSQL's")
def test_rows_that_ask_the_database_while_they_are_copied_are_refused(campaign):
    def rows():
        yield (Officer.objects.count(), "999", "county", "x")

    with pytest.raises(RuntimeError, match="made without the database"), transaction.atomic():
        Writer().write(Region, ["tile_row", "code", "level", "name"], rows())


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps its indexes")
def test_every_index_and_constraint_is_there_again(campaign):
    def there():
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'inspections_hazard' ORDER BY 1")
            indexes = cursor.fetchall()
            cursor.execute(
                "SELECT conname, convalidated, condeferrable, pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE conrelid = 'inspections_hazard'::regclass ORDER BY 1"
            )
            return indexes, cursor.fetchall()

    before = there()
    with without_indexes([Hazard]):
        assert len(there()[0]) == 1 < len(before[0])
    assert there() == before


def test_no_task_is_done_before_it_was_given(campaign):
    assert not Task.objects.filter(done_on__lt=F("created_at__date")).exists()
    assert not Hazard.objects.filter(
        Q(rectified_on__gt=datetime.date(2025, 1, 20)) | Q(found_on__gt=datetime.date(2025, 1, 20))
    )
