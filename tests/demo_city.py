"""The demonstration campaign for tests, loaded instead of the small city."""

from contextlib import ExitStack

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from entities.seals import unprotected
from inspections.demo import CODE
from inspections.models import Campaign
from tests.environment import FAST_HASHER

DEMO_DAY = "2025-01-20"


def empty_city():
    """Take every record and reference row away, inside this test's transaction."""
    with unprotected():
        for app in ("reports", "inspections", "entities"):
            for model in apps.get_app_config(app).get_models(include_auto_created=True):
                model._base_manager.all()._raw_delete(model._base_manager.db)


class Demonstration:
    """Loaded once in a process, in a transaction around all tests that ask for it one after the other."""

    def __init__(self):
        self._around, self._campaign = ExitStack(), None

    def load(self, blocker):
        """The campaign, in place of the small city."""
        if self._campaign is None:
            self._around.enter_context(blocker.unblock())
            self._around.enter_context(transaction.atomic())
            with override_settings(DEMO_TODAY=DEMO_DAY, PASSWORD_HASHERS=[FAST_HASHER]):
                self._campaign = _load()
        return self._campaign

    def take_back(self):
        """The small city is there again."""
        if self._campaign is not None:
            self._campaign = None
            with self._around:
                transaction.set_rollback(True)


def _load():
    empty_city()
    call_command("load_reference", verbosity=0)
    call_command("load_demo", verbosity=0)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as a server does by itself; without it the walks take minutes
    return Campaign.objects.get(code=CODE)


demonstration = Demonstration()
