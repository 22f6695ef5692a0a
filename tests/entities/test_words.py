"""The words of a choice: the same that Django says, found without translating all the others."""

from django.apps import apps
from django.db import models
from django.utils import translation

from entities.stored import Stored


def test_every_choice_of_every_record_is_told_as_django_tells_it():
    told = 0
    for model in apps.get_models():
        if not issubclass(model, Stored):
            continue
        for field in model._meta.concrete_fields:
            for value in [*dict(field.flatchoices), "unknown", "", None] if field.choices else []:
                record = model(**{field.attname: value})
                for language in ("zh-hans", "en"):
                    with translation.override(language):
                        words = getattr(record, f"get_{field.name}_display")()
                        assert words == models.Model._get_FIELD_display(record, field), (model, field, value)
                        told += 1
    assert told > 500
