"""The probes: alive without anything behind it, ready only with everything, and never a word about why not."""

import pytest
from django.core.cache import cache
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from yongzhou_ebike.health import last_migrations

FINE = {"database": "ok", "migrations": "ok", "cache": "ok", "storage": "ok"}


@pytest.fixture
def migrated(monkeypatch, settings, db):
    """The tests on SQLite make their tables at once: here as if each migration had been applied."""
    settings.MIGRATION_MODULES = {}
    last_migrations.cache_clear()
    every = dict.fromkeys(MigrationLoader(None).graph.nodes)
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self: every)
    yield every
    last_migrations.cache_clear()


def test_a_live_process_says_so_without_any_query(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": "ok"})


def test_a_live_process_says_so_to_a_browser_that_is_signed_in_without_any_query(
    client, world, django_assert_num_queries
):
    client.force_login(world.inspector)
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("probe", ["/healthz", "/readyz"])
def test_the_probes_are_not_cached_nor_redirected_and_leave_no_cookie(client, migrated, settings, probe):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get(probe)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.parametrize("probe", ["/healthz", "/readyz"])
def test_the_probes_take_no_post(probe):
    assert Client().post(probe).status_code == 405


def test_with_everything_in_place_it_is_ready(client, migrated):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, FINE)


def refuse(*args, **kwargs):
    raise RuntimeError("secret-host.internal says no")


@pytest.mark.parametrize(
    ("part", "owner", "method"),
    [("database", "health_check.checks.Database", "run"), ("storage", "django.core.files.storage.FileSystemStorage", "_save")],
)  # fmt: skip
def test_what_fails_is_named_and_why_is_kept_to_the_log(client, migrated, monkeypatch, caplog, part, owner, method):
    monkeypatch.setattr(f"{owner}.{method}", refuse)
    answer = client.get("/readyz")
    asked = FINE if part == "storage" else {}  # without the database nothing more is asked
    assert (answer.status_code, answer.json()) == (503, asked | {part: "not ok"})
    assert "secret-host" not in answer.content.decode()
    assert "secret-host" in caplog.text


def test_without_its_cache_it_is_not_ready(client, migrated, monkeypatch):
    monkeypatch.setattr(type(cache._connections["default"]), "set", refuse)
    assert client.get("/readyz").json() == FINE | {"cache": "not ok"}


def test_before_its_migrations_it_is_not_ready(client, migrated):
    del migrated[max(key for key in migrated if key[0] == "reports")]
    assert client.get("/readyz").json() == FINE | {"migrations": "not ok"}


def test_a_migration_of_a_newer_version_leaves_the_older_process_ready(client, migrated):
    migrated["reports", "9999_of_the_next_version"] = None
    assert client.get("/readyz").json() == FINE


def test_the_probe_leaves_no_file_behind(client, migrated, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert client.get("/readyz").json() == FINE
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_alive_even_where_the_database_is_gone(client, db, monkeypatch):
    with monkeypatch.context() as gone:
        gone.setattr(BaseDatabaseWrapper, "cursor", refuse)
        assert client.get("/healthz").status_code == 200
