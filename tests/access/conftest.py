"""The city of every role in two counties, built once for the tests of a module."""

import pytest
from django.db import transaction
from django.test import override_settings

from tests.access.city import build_access_city
from tests.environment import FAST_HASHER


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/access" in str(item.path) and not item.get_closest_marker("no_database"):
            item.add_marker(pytest.mark.every_address)


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    # Before `light_settings` of the first test.
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(PASSWORD_HASHERS=[FAST_HASHER]):
        yield build_access_city()
        transaction.set_rollback(True)


@pytest.fixture
def city(built, db):
    return built
