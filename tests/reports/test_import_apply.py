"""What a list writes: as a whole or not at all, once, and taken back as a whole."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage

from entities.models import Entity
from inspections.models import Certificate, Hazard, Inspection, Listing, ListingCheck, SelfCheck, Task
from reports.imports.apply import CheckedAgain, RefusedRows, apply, check, choose, hand_in, take_back
from reports.imports.nouns import NOUNS
from reports.models import Import, ImportedRow
from tests.factories import make_hazard, make_inspection, make_task
from tests.reports.import_lists import book
from tests.reports.test_import_nouns import GOOD, of
from tests.world import valid_credit_code

CODES = [valid_credit_code(f"92431102MA4L08{number:02d}X0") for number in range(1, 6)]


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def entity(number, **changes):
    return {
        "name": f"新店{number}", "kind": "seller", "credit_code": CODES[number], "region": "431102",
        "address": f"人民路{number}号",
    } | changes  # fmt: skip


@pytest.fixture
def bring(world):
    """Hand in rows and look through them."""

    def run(kind, *rows, by=world.administrator):
        source = hand_in(NOUNS[kind], "list.xlsx", book(kind, *rows), campaign=world.campaign, by=by)
        check(source)
        return source

    return run


@pytest.fixture
def write(bring, world):
    def run(kind, *rows):
        source = bring(kind, *rows)
        assert apply(source, by=world.administrator)
        return source

    return run


def new_shops():
    return Entity.objects.filter(credit_code__in=CODES)


def test_a_check_writes_nothing_and_keeps_what_it_saw(bring):
    source = Import.objects.get(pk=bring("entities", entity(1), entity(2, kind="鱼")).pk)
    assert (source.counts["new"], source.wrong, source.status) == (1, 1, "checked")
    assert source.findings[0][1:3] == [3, "B"]
    assert [line["label"] for line in source.lines] == [f"新店1 {CODES[1]}"]
    assert not new_shops().exists()


def test_rows_are_written_once(write, world):
    source = write("entities", entity(1), entity(2))
    assert new_shops().count() == 2
    assert not apply(source, by=world.administrator)
    assert (new_shops().count(), source.rows.count()) == (2, 2)
    assert {one.history.first().history_user for one in new_shops()} == {world.administrator}


def test_the_same_file_a_second_time_has_nothing_to_write(write, bring):
    write("entities", entity(1))
    again = bring("entities", entity(1))
    assert (again.counts["unchanged"], again.counts["new"]) == (1, 0)


def test_wrong_rows_hinder_all_until_they_are_left_out(bring, world):
    source = bring("entities", entity(1), entity(2, kind="鱼"))
    with pytest.raises(ValidationError, match="1"):
        apply(source, by=world.administrator)
    assert not new_shops().exists()
    assert apply(source, by=world.administrator, without_wrong=True)
    assert new_shops().get().name == "新店1"


def test_a_visit_is_never_entered_without_its_wrong_rows(bring, world):
    visit = {
        "inspected_on": "2024-08-01", "officers": "LL-001、LL-002", "outcome": "inspected",
    }  # fmt: skip
    rows = [of(world.shop, "tasks") | visit | {"point": point} for point in ("XS-02", "XX-99")]
    source = bring("inspections", *[{key: row.get(key, "") for key in row} for row in rows])
    assert source.wrong == 2
    with pytest.raises(ValidationError):
        apply(source, by=world.administrator, without_wrong=True)
    assert not Inspection.objects.exists()


def test_a_file_that_was_exchanged_is_refused(bring, world):
    source = bring("entities", entity(1))
    with default_storage.open(source.file.name, "wb") as kept:
        kept.write(book("entities", entity(2)))
    with pytest.raises(ValidationError):
        apply(source, by=world.administrator)
    assert not new_shops().exists()


def test_records_that_changed_since_are_looked_at_again(bring, world):
    source = bring("entities", entity(1))
    Entity(**entity(1, region=world.county), identity_kind="uscc").store(by=world.administrator)
    with pytest.raises(CheckedAgain):
        apply(source, by=world.administrator)
    assert (source.counts["new"], source.counts["unchanged"], source.status) == (0, 1, "checked")
    assert apply(source, by=world.administrator)
    assert new_shops().count() == 1


def test_an_officer_who_lost_the_county_since_writes_nothing_there(bring, world):
    source = bring("entities", entity(1))
    world.administrator.grants.all().delete()
    source.refresh_from_db()
    with pytest.raises(CheckedAgain):
        apply(source, by=world.administrator)
    assert (source.wrong, source.status) == (1, "checked")
    assert not new_shops().exists()


def test_what_a_row_is_in_itself_is_judged_by_the_rules_of_the_day_on_which_it_is_written(bring, world, monkeypatch):
    source = bring("entities", entity(1), entity(2))
    clean = Entity.clean

    def refuse(record):
        clean(record)
        if record.name == "新店2":
            raise ValidationError({"phone": "no longer"})

    monkeypatch.setattr(Entity, "clean", refuse)
    with pytest.raises(RefusedRows) as refused:
        apply(source, by=world.administrator)
    assert [(found.row, found.column) for found in refused.value.findings] == [(3, "phone")]
    assert not new_shops().exists()


def test_one_refused_row_leaves_nothing_of_the_others(bring, world, monkeypatch):
    source = bring("entities", entity(1), entity(2))
    place = Entity.place

    def refuse(record, by):
        if record.name == "新店2":
            raise ValidationError({"phone": "nobody answers"})
        place(record, by)

    monkeypatch.setattr(Entity, "place", refuse)
    with pytest.raises(RefusedRows) as refused:
        apply(source, by=world.administrator)
    assert [(found.row, found.column) for found in refused.value.findings] == [(3, "phone")]
    assert not new_shops().exists()
    assert not ImportedRow.objects.exists()
    assert Import.objects.get().status == source.status == "checked"


@pytest.mark.parametrize(("choice", "expected"), [("skip", 0), ("new", 1), ("it", 0)])
def test_a_possible_duplicate_becomes_what_was_chosen(choice, expected, bring, world):
    known = Entity(**entity(1, region=world.county), identity_kind="uscc")
    known.store(by=world.administrator)
    source = bring("entities", entity(1, address="别处99号", phone="0746-1"))
    choose(source, {"2": str(known.pk) if choice == "it" else choice, "3": "new", "x": "1"})
    assert set(source.choices) == {"2"}
    apply(source, by=world.administrator)
    known.refresh_from_db()
    assert new_shops().count() == 1 + expected
    assert known.address == ("别处99号" if choice == "it" else "人民路1号")


def test_what_was_never_offered_can_not_be_chosen(bring, world):
    other = Entity.objects.exclude(pk=world.shop.pk).first()
    Entity(**entity(1, region=world.county), identity_kind="uscc").store(by=world.administrator)
    source = bring("entities", entity(1, address="别处99号"))
    choose(source, {"2": str(other.pk)})
    assert source.choices == {}


@pytest.mark.parametrize(("kind", "model"), [
    ("certificates", Certificate), ("listings", Listing), ("self_checks", SelfCheck), ("tasks", Task),
])  # fmt: skip
def test_new_records_are_taken_back(kind, model, write, world):
    source = write(kind, of(world.shop, kind))
    assert model.objects.exists()
    take_back(source, by=world.administrator, reason="列错了表")
    assert not model.objects.exclude(**{"withdrawn_on__isnull": False} if kind == "tasks" else {}).exists()
    assert not ListingCheck.objects.exists()
    assert not Hazard.objects.counted().exists()
    last = model.history.first()
    assert (last.history_user, last.history_change_reason) == (world.administrator, "列错了表")
    assert (source.status, source.taken_back_by) == ("taken_back", world.administrator)


def test_new_and_changed_entities_are_taken_back(write, world):
    before = (world.shop.name, world.shop.phone)
    known = {"credit_code": world.shop.credit_code, "address": world.shop.address, "kind": world.shop.kind,
             "region": world.shop.region_id, "name": "改了名", "phone": "0746-9"}  # fmt: skip
    source = write("entities", known, entity(2))
    take_back(source, by=world.administrator, reason="列错了表")
    world.shop.refresh_from_db()
    assert (world.shop.name, world.shop.phone) == before
    assert not new_shops().exists()


def test_what_was_worked_on_since_hinders_taking_back_anything(write, world):
    source = write("entities", entity(1), entity(2))
    shop = new_shops().get(name="新店1")
    make_inspection(world, entity=shop)
    with pytest.raises(ValidationError):
        take_back(source, by=world.administrator, reason="列错了表")
    assert new_shops().count() == 2
    assert Import.objects.get().status == "applied"


def test_a_record_that_was_changed_since_stays(write, world):
    known = {"credit_code": world.shop.credit_code, "address": world.shop.address, "kind": world.shop.kind,
             "region": world.shop.region_id, "name": "改了名"}  # fmt: skip
    source = write("entities", known)
    world.shop.refresh_from_db()
    world.shop.phone = "0746-8"
    world.shop.store(by=world.manager)
    with pytest.raises(ValidationError):
        take_back(source, by=world.administrator, reason="列错了表")
    world.shop.refresh_from_db()
    assert (world.shop.name, world.shop.phone) == ("改了名", "0746-8")


def test_a_page_with_a_new_look_gets_its_old_words_back(write, world):
    write("listings", of(world.shop, "listings"))
    source = write("listings", of(world.shop, "listings", title="另一个标题", checked_on="2024-08-20"))
    assert (Listing.objects.get().title, ListingCheck.objects.count()) == ("另一个标题", 2)
    take_back(source, by=world.administrator, reason="列错了表")
    assert (Listing.objects.get().title, ListingCheck.objects.count()) == (GOOD["listings"]["title"], 1)


def test_a_task_goes_back_to_whose_it_was(write, world):
    task = make_task(world)
    source = write("tasks", of(world.shop, "tasks", assignee="LL-002", purpose=task.purpose))
    task.refresh_from_db()
    assert task.assignee.certificate_number == "LL-002"
    take_back(source, by=world.administrator, reason="列错了表")
    task.refresh_from_db()
    assert task.assignee == world.inspector


def test_a_reason_is_needed_and_only_once(write, world):
    source = write("entities", entity(1))
    with pytest.raises(ValidationError):
        take_back(source, by=world.administrator, reason=" ")
    take_back(source, by=world.administrator, reason="列错了表")
    with pytest.raises(ValidationError):
        take_back(source, by=world.administrator, reason="列错了表")
    with pytest.raises(ValidationError):
        apply(source, by=world.administrator)


def test_a_hazard_that_the_list_put_right_stays_put_right(write, world):
    visit = make_inspection(world)
    hazard = make_hazard(world, inspection=visit)
    row = {
        "credit_code": world.shop.credit_code, "inspected_on": str(visit.inspected_on), "outcome": visit.outcome,
        "officers": "、".join(one.certificate_number for one in visit.officers.all()),
        "category": hazard.category, "severity": hazard.severity, "description": hazard.description,
        "measures": "已整改", "rectified_on": str(visit.inspected_on),
    }  # fmt: skip
    source = write("inspections", row)
    assert source.counts["changed"] == 1
    with pytest.raises(ValidationError):
        take_back(source, by=world.administrator, reason="列错了表")
