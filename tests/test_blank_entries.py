"""No rule of a record falls over an entry that a form left out: the form names it, and the rules come to the rest."""

import copy
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.db import models

from tests.ledger_records import make_one_of_each
from tests.models import own_models


def blank(record, field):
    """A new record like that one, without that entry."""
    left = copy.copy(record)
    left._state = copy.copy(record._state)
    left._state.adding, left._state.fields_cache = True, {}
    setattr(left, field.attname, "" if isinstance(field, models.CharField | models.TextField) else None)
    return left


def cleaned(record):
    with suppress(ValidationError):
        record.clean()


@pytest.mark.django_db
@pytest.mark.parametrize("model", own_models(), ids=lambda model: model.__name__)
def test_a_new_record_without_any_entry(model):
    cleaned(model())


def test_a_record_without_one_entry(world):
    fallen = []
    for name, record in make_one_of_each(world).items():
        for field in record._meta.concrete_fields:
            if field.editable and not field.primary_key and not isinstance(field, models.JSONField):
                try:
                    cleaned(blank(record, field))
                except Exception as error:
                    fallen.append(f"{name} without {field.name}: {error!r}")
    assert not fallen, "\n".join(fallen)
