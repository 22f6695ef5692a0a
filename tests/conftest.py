"""What every test gets: the small city, a fast password hasher, no manifest to look static files up in."""

import gc

import pytest
from django.core.cache import cache

from tests.environment import FAST_HASHER

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}
DATABASE_MARKS = ("django_db", "own_places")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what asks no database; what asks for the demonstration is run together, first, by one worker."""
    for item in items:
        if not _asks_a_database(item):
            item.add_marker(pytest.mark.no_database)
        if _asks_demonstration(item):
            item.add_marker(pytest.mark.xdist_group("demo"))
    items.sort(key=lambda item: not _asks_demonstration(item))


def pytest_collection_finish(session):
    """What is loaded by now stays: the collector need not walk over it again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item, nextitem):
    """The demonstration is taken back when the next test does without it."""
    if _asks_demonstration(item) and (nextitem is None or not _asks_demonstration(nextitem)):
        from tests.demo_city import demonstration

        demonstration.take_back()


def _asks_demonstration(item) -> bool:
    return "demo_city" in item.fixturenames


def _asks_a_database(item) -> bool:
    return bool(DATABASE_FIXTURES & set(item.fixturenames)) or any(map(item.get_closest_marker, DATABASE_MARKS))


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
    """Build the small city once for all tests of the run; each test works inside a transaction of its own."""
    from django.db import connection
    from django.test import override_settings

    from tests.search_column import make_search_column
    from tests.world import build_world

    if request.config.option.nomigrations:
        with django_db_blocker.unblock():
            make_search_column(connection)
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


@pytest.fixture(scope="module")
def loaded_demonstration(django_db_setup, django_db_blocker):
    """Below the transaction of the test: a fixture of a module is made before those of a test."""
    from tests.demo_city import demonstration

    return demonstration.load(django_db_blocker)


@pytest.fixture
def demo_city(loaded_demonstration, db, settings):
    """The demonstration campaign for one test, at its own day; what the test changes is taken back."""
    from tests.demo_city import DEMO_DAY

    settings.DEMO_TODAY = DEMO_DAY
    return loaded_demonstration
