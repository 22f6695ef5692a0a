"""What other officers save while a list is written or taken back is never overwritten unseen."""

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.urls import reverse

from entities.models import Entity
from inspections.models import Task
from reports.imports import apply as applying
from reports.imports.apply import RefusedRows, apply, check, hand_in, take_back
from reports.imports.noun import Noun
from reports.imports.nouns import NOUNS
from reports.models import Import, ImportedRow
from tests.at_once import at_once, needs_waiting_writers
from tests.factories import make_task
from tests.reports.import_lists import book
from tests.reports.test_import_nouns import of


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def bring(world):
    def run(kind, *rows):
        source = hand_in(NOUNS[kind], "l.xlsx", book(kind, *rows), campaign=world.campaign, by=world.administrator)
        check(source)
        return source

    return run


def shop(entity, **changes):
    return {
        "name": entity.name, "kind": entity.kind, "credit_code": entity.credit_code, "region": entity.region_id,
        "address": entity.address,
    } | changes  # fmt: skip


def after_the_check(monkeypatch, work):
    """Let the work be done once the list was checked for the last time, before its first row is written."""
    refuse_wrong = applying._refuse_wrong

    def late(*words):
        work()
        refuse_wrong(*words)

    monkeypatch.setattr(applying, "_refuse_wrong", late)


def after_it_was_read(monkeypatch, work):
    """Let the work be done once what a row wrote was read, to be taken back, before it is."""
    read = ImportedRow.record.__get__

    def late(row):
        record = read(row)
        work()
        return record

    monkeypatch.setattr(ImportedRow, "record", property(late))


@pytest.fixture
def telephone(world):
    """Another officer enters a number at the shop, from a page of its own."""

    def save():
        same = Entity.objects.get(pk=world.shop.pk)
        same.phone = "0746-8"
        same.store(by=world.manager)

    return save


@pytest.mark.parametrize("changes", [{"brands": "雅迪"}, {"phone": "0746-9"}])
def test_a_row_whose_record_was_changed_meanwhile_is_refused_and_nothing_is_written(
    changes, world, bring, telephone, monkeypatch
):
    source = bring("entities", shop(world.shop, **changes))
    assert source.counts["changed"] == 1
    after_the_check(monkeypatch, telephone)
    with pytest.raises(RefusedRows) as refused:
        apply(source, by=world.administrator)
    assert [found.row for found in refused.value.findings] == [2]
    assert world.manager.name in refused.value.messages[0]
    assert "0746-8" in refused.value.messages[0]
    assert Import.objects.get().status == source.status == "checked"
    assert not source.rows.exists()
    monkeypatch.undo()
    # What the other officer saved inside the import's transaction went with it.
    telephone()
    assert apply(source, by=world.administrator)
    world.shop.refresh_from_db()
    assert (world.shop.phone, world.shop.brands) == (changes.get("phone", "0746-8"), changes.get("brands", ""))
    assert source.rows.get().version_before == world.shop.version - 1


def test_two_rows_may_change_one_record_one_after_the_other(world, bring):
    """As when both are chosen to be the same shop."""
    rows = [shop(world.shop, address=f"别处{number}号", phone=f"0746-{number}") for number in (1, 2)]
    source = bring("entities", *rows)
    assert source.counts["duplicate"] == 2
    source.choices = {"2": str(world.shop.pk), "3": str(world.shop.pk)}
    source.save()
    assert apply(source, by=world.administrator)
    world.shop.refresh_from_db()
    assert (world.shop.address, world.shop.phone) == ("别处2号", "0746-2")


def test_a_task_that_was_given_on_meanwhile_stays_with_whose_it_is(world, bring, monkeypatch):
    task = make_task(world)
    source = bring("tasks", of(world.shop, "tasks", assignee="LL-002", purpose=task.purpose))
    assert source.counts["changed"] == 1
    after_the_check(monkeypatch, lambda: Task.objects.get(pk=task.pk).reassign(
        to=world.manager, due_on=task.due_on, by=world.manager, reason="换人",
    ))  # fmt: skip
    with pytest.raises(RefusedRows):
        apply(source, by=world.administrator)


def test_the_page_says_who_changed_what_and_the_second_time_it_is_written(world, bring, telephone, client, monkeypatch):
    source = bring("entities", shop(world.shop, brands="雅迪"))
    client.force_login(world.administrator)
    after_the_check(monkeypatch, telephone)
    page = client.post(reverse("import_apply", args=[source.pk]))
    assert page.status_code == 422
    assert f"第2行：{world.manager}" in page.content.decode()
    assert "0746-8。请核对后再次保存。" in page.content.decode()
    monkeypatch.undo()
    telephone()
    assert client.post(reverse("import_apply", args=[source.pk])).status_code == 302
    world.shop.refresh_from_db()
    assert (world.shop.phone, world.shop.brands) == ("0746-8", "雅迪")


def test_what_was_saved_after_a_record_was_read_hinders_taking_it_back(world, bring, telephone, monkeypatch):
    source = bring("entities", shop(world.shop, brands="雅迪"))
    apply(source, by=world.administrator)
    after_it_was_read(monkeypatch, telephone)
    with pytest.raises(ValidationError):
        take_back(source, by=world.administrator, reason="列错了表")
    assert Import.objects.get().status == "applied"


@needs_waiting_writers
@pytest.mark.django_db(transaction=True)
def test_nobody_else_writes_a_record_while_it_is_taken_back(world, bring, monkeypatch):
    source = bring("entities", shop(world.shop, brands="雅迪"))
    apply(source, by=world.administrator)
    take_back_change, refused = Noun.take_back_change, []

    def take():
        try:
            with transaction.atomic():
                Entity._base_manager.select_for_update(nowait=True).get(pk=world.shop.pk)
        except OperationalError as error:
            refused.append(error)

    def look(*words, **more):
        at_once(take)
        take_back_change(*words, **more)

    monkeypatch.setattr(Noun, "take_back_change", look)
    take_back(source, by=world.administrator, reason="列错了表")
    assert len(refused) == 1
    world.shop.refresh_from_db()
    assert world.shop.brands == ""
