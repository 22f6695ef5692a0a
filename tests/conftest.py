"""What every test gets: the small city, a fast password hasher, no manifest to look static files up in."""

import importlib

import pytest
from django.core.cache import cache

from tests.environment import FAST_HASHER


@pytest.fixture(autouse=True)
def light_settings(request, settings):
    """Spare each test what only a server needs; browser tests keep the static files as production serves them."""
    settings.PASSWORD_HASHERS = [FAST_HASHER]
    cache.clear()  # how often somebody asked in the test before
    if "browser" not in request.keywords:
        settings.STORAGES = settings.STORAGES | {
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        }


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_setup, django_db_blocker):
    """Build the small city once for all tests of the run; each test works inside a transaction of its own.

    The column in which PostgreSQL searches is made by a migration alone, so a run without migrations makes it here.
    """
    from django.db import connection
    from django.test import override_settings

    from tests.world import build_world

    if request.config.option.nomigrations and connection.vendor == "postgresql":
        search = importlib.import_module("entities.migrations.0004_search_text")
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            for statement in (search.COLUMN, search.FUNCTION, search.TRIGGER):
                cursor.execute(statement)
    # Before the first test, so with the hasher that `light_settings` gives to all of them.
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=[FAST_HASHER]):
        build_world()


@pytest.fixture
def world(db):
    """The small city; built again after a test that really committed and so emptied the tables."""
    from django.contrib.contenttypes.models import ContentType

    from entities.models import Region
    from tests.world import build_world, read_world

    if not Region.objects.exists():
        ContentType.objects.clear_cache()  # their numbers are new, too
        build_world()
    return read_world()


DEMO_DAY = "2025-01-20"


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demonstration campaign, loaded once for the tests of a module, at its own day; taken back afterwards."""
    from django.conf import settings
    from django.db import transaction

    from tests.demo_city import load_demo_city

    day, settings.DEMO_TODAY = settings.DEMO_TODAY, DEMO_DAY
    hashers, settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS, [FAST_HASHER]
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_demo_city()
        transaction.set_rollback(True)
    settings.DEMO_TODAY, settings.PASSWORD_HASHERS = day, hashers


@pytest.fixture
def demo_city(demo, db, settings):
    """The demonstration campaign for one test; what the test changes is taken back."""
    settings.DEMO_TODAY = DEMO_DAY
    return demo
