"""The demonstration campaign for tests, loaded instead of the small city."""

from django.apps import apps
from django.core.management import call_command
from django.db import connection

from entities.seals import unprotected
from inspections.demo import CODE
from inspections.models import Campaign


def empty_city():
    """Take every record and reference row away, inside this test's transaction."""
    with unprotected():
        for app in ("reports", "inspections", "entities"):
            for model in apps.get_app_config(app).get_models(include_auto_created=True):
                model._base_manager.all()._raw_delete(model._base_manager.db)


def load_demo_city():
    """The demonstration instead of the small city, inside this test's transaction; returns its campaign."""
    empty_city()
    call_command("load_reference", verbosity=0)
    call_command("load_demo", verbosity=0)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as a server does by itself; without it the walks take minutes
    return Campaign.objects.get(code=CODE)
