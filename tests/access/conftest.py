"""The city of every role in two counties, built once for the tests of a module."""

import pytest
from django.db import transaction

from tests.access.city import build_access_city


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_access_city()
        transaction.set_rollback(True)


@pytest.fixture
def city(built, db):
    return built
