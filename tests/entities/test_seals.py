"""The chain over the history: whatever is altered, removed or slipped in is named."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from entities.models import AuditEvent, Entity, Seal
from entities.seals import chained, links_of, seal_all, sealed_models, unprotected, verify
from tests.factories import make_hazard, make_inspection, make_lead
from tests.world import PASSWORD


@pytest.fixture
def sealed(world):
    """A few changes, all of them sealed; the history of the shop."""
    make_hazard(world, inspection=make_inspection(world))
    world.shop.phone = "0746-1111111"
    world.shop.store(by=world.clerk)
    seal_all()
    return world.shop.history.model


def by_hand(sql, *values):
    """What somebody with the database's password could do."""
    with unprotected(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def found():
    return [(finding.kind, finding.table, finding.row) for finding in verify()]


def test_what_was_sealed_holds(sealed):
    assert found() == [] and not seal_all()
    assert all(not model._base_manager.filter(history_seal=None).exists() for model in sealed_models())


def test_an_altered_row_is_named(sealed):
    row = sealed.objects.latest("history_id")
    by_hand("UPDATE entities_historicalentity SET phone = '1' WHERE history_id = %s", row.pk)
    assert found() == [("changed", "entities.historicalentity", row.pk)]


def test_a_removed_row_is_named(sealed):
    row = sealed.objects.latest("history_id")
    by_hand("DELETE FROM entities_historicalentity WHERE history_id = %s", row.pk)
    assert found() == [("missing", "entities.historicalentity", row.pk)]


def test_a_row_slipped_in_is_named(sealed, world):
    world.shop.store(by=world.clerk)
    row = sealed.objects.latest("history_id")
    by_hand("UPDATE entities_historicalentity SET history_seal = 1 WHERE history_id = %s", row.pk)
    assert found() == [("inserted afterwards", "entities.historicalentity", row.pk)]


def test_a_row_that_nobody_sealed_for_a_day_is_named(sealed, world):
    world.shop.store(by=world.clerk)
    row = sealed.objects.latest("history_id")
    assert found() == []
    by_hand("UPDATE entities_historicalentity SET history_date = %s WHERE history_id = %s",
            timezone.now() - timedelta(days=2), row.pk)  # fmt: skip
    assert found() == [("never sealed", "entities.historicalentity", row.pk)]


def test_an_altered_link_is_named(sealed, world):
    linking = [(model, through) for model in sealed_models() for _accessor, through in links_of(model)]
    assert linking
    model, through = next(pair for pair in linking if pair[1]._base_manager.exists())
    link = through._base_manager.first()
    with unprotected():
        through._base_manager.filter(pk=link.pk)._raw_delete("default")
    assert found() == [("changed", model._meta.label_lower, link.history_id)]


def test_an_altered_seal_is_named(sealed, world):
    make_lead(world)
    seal_all()
    first = Seal.objects.get(number=1)
    label = next(iter(first.rows))
    del first.rows[label]
    first.digest = chained(first)  # whoever alters one makes its digest fit
    with unprotected():
        Seal.objects.filter(pk=1).update(rows=first.rows, digest=first.digest)
    assert ("seal altered", "entities.seal", 2) in found()


def test_the_command_names_the_first_and_fails(sealed):
    said, wrong = StringIO(), StringIO()
    call_command("verify_history", stdout=said)
    last = Seal.objects.order_by("-number").first()
    assert last.digest in said.getvalue()
    call_command("verify_history", digest=last.digest, stdout=said)
    with pytest.raises(CommandError):
        call_command("verify_history", digest="0" * 64)
    row = sealed.objects.latest("history_id")
    by_hand("UPDATE entities_historicalentity SET phone = '1' WHERE history_id = %s", row.pk)
    with pytest.raises(CommandError):
        call_command("verify_history", stderr=wrong)
    assert f"FIRST: changed entities.historicalentity {row.pk}" in wrong.getvalue()


def test_the_rule_of_retention_leaves_a_chain_that_holds(sealed, settings, world):
    settings.HISTORY_YEARS = 3
    count = sealed.objects.count()
    by_hand("UPDATE entities_historicalentity SET history_date = %s, history_seal = NULL WHERE history_change_reason IS NULL",
            timezone.now() - timedelta(days=5 * 366))  # fmt: skip
    with unprotected():
        Seal.objects.all().delete()
        for model in sealed_models():
            model._base_manager.update(history_seal=None)
    seal_all()
    call_command("prune_history", stdout=StringIO())
    assert sealed.objects.count() < count and found() == []
    assert Entity.objects.filter(pk=world.shop.pk).exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the database itself refuses on PostgreSQL only")
def test_the_database_refuses_to_alter_history(sealed):
    from django.db import DatabaseError, transaction

    for sql in (
        "UPDATE entities_historicalentity SET phone = '1'",
        "DELETE FROM entities_historicalentity",
        "UPDATE entities_seal SET digest = ''",
        "DELETE FROM entities_auditevent",
    ):
        AuditEvent.note(AuditEvent.Kind.EXPORT)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the database itself refuses on PostgreSQL only")
def test_every_table_of_history_is_protected(world):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'")
        protected = {row[0] for row in cursor.fetchall()}
    links = [through for model in sealed_models() for _accessor, through in links_of(model)]
    assert protected == {model._meta.db_table for model in (*sealed_models(), *links, Seal)}


def test_log_ins_are_kept_with_their_address(client, world):
    page = reverse("login")
    client.post(page, {"username": "inspector", "password": "wrong"}, REMOTE_ADDR="192.0.2.7")
    client.post(page, {"username": "inspector", "password": PASSWORD}, REMOTE_ADDR="192.0.2.7")
    client.post(reverse("logout"), REMOTE_ADDR="192.0.2.7")
    told = AuditEvent.objects.order_by("pk").values_list("kind", "officer", "account", "history_address", "history_way")
    me = world.inspector.pk
    assert list(told) == [
        ("refused", None, "inspector", "192.0.2.7", "page"),
        ("log_in", me, "", "192.0.2.7", "page"),
        ("log_out", me, "", "192.0.2.7", "page"),
    ]
    assert not any(PASSWORD in str(row) or "wrong" in str(row) for row in AuditEvent.objects.values())


def test_a_password_in_the_wrong_field_is_not_kept(client, world):
    client.post(reverse("login"), {"username": PASSWORD, "password": "x"})
    assert AuditEvent.objects.get(kind="refused").account == f"{PASSWORD[:2]}…"


def test_behind_a_proxy_the_address_is_the_one_that_it_saw(client, world, settings):
    settings.TRUSTED_PROXY = True
    form = {"username": "inspector", "password": "wrong"}
    client.post(reverse("login"), form, REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "1.2.3.4, 192.0.2.7"})
    client.post(reverse("login"), form, REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "nonsense"})
    assert list(AuditEvent.objects.order_by("pk").values_list("history_address", flat=True)) == ["192.0.2.7", None]


def test_every_file_that_leaves_is_kept(client, world):
    client.force_login(world.manager)
    client.get(reverse("ledger_export", args=["entity"]), {"q": "示例"})
    event = AuditEvent.objects.get(kind="export")
    assert event.officer == world.manager and "/ledgers/entity/export/" in event.what and ".xlsx" in event.what
    client.get(reverse("ledger", args=["entity"]))
    assert AuditEvent.objects.filter(kind="export").count() == 1


def test_a_change_says_by_which_way_it_came(client, world):
    client.force_login(world.clerk)
    form = {"came_from": "complaint", "received_on": "2024-09-02", "text": "举报", "region": "431102"}
    client.post(reverse("desk_new", args=["lead"]), form, REMOTE_ADDR="192.0.2.8")
    client.post("/api/v1/lead/", form, content_type="application/json", REMOTE_ADDR="192.0.2.9")
    make_lead(world)
    history = make_lead(world).history.model.objects.order_by("history_id")
    assert list(history.values_list("history_way", "history_address"))[:3] == [
        ("page", "192.0.2.8"), ("api", "192.0.2.9"), ("command", None),
    ]  # fmt: skip
