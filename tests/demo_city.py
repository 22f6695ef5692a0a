"""The demonstration campaign for tests, loaded instead of the small city."""

from django.apps import apps
from django.core.management import call_command

from inspections.demo import CODE
from inspections.models import Campaign


def load_demo_city():
    """Empty the small city's tables inside this test's transaction, then load the demonstration; returns its campaign."""
    for model in [*apps.get_app_config("inspections").get_models(), *apps.get_app_config("entities").get_models()]:
        model._base_manager.all()._raw_delete(model._base_manager.db)
    call_command("load_reference", verbosity=0)
    call_command("load_demo", verbosity=0)
    return Campaign.objects.get(code=CODE)
