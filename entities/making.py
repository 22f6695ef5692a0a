"""Making many records of one model: each as the model's constructor makes it, judged as `clean_fields` judges it, in less time."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models

MOST_KNOWN = 1000
UNKNOWN = object()
# What may equal a value and yet say another thing, as True and 1.00 do of 1: it is judged each time.
NOT_KNOWN = {list, dict, tuple, bool, float, Decimal}


class Maker:
    """Makes and judges records of a model; what was found right of a field once is not asked again.

    Not to be kept: what is right changes with the day and with the database.
    """

    def __init__(self, model):
        fields = model._meta.concrete_fields
        if model.clean_fields is not models.Model.clean_fields or any(field.has_db_default() for field in fields):
            raise NotImplementedError(f"{model.__name__} makes or judges its fields in a way of its own.")
        self.model = model
        self._relations = {field.name for field in fields if field.is_relation}
        self._places = {field.name: place for place, field in enumerate(fields)}
        self._blank = [models.DEFERRED if field.generated else field.get_default() for field in fields]
        # A default that is called is another one for each record.
        self._called = [
            (place, field.get_default)
            for place, field in enumerate(fields)
            if not field.generated and callable(field.default)
        ]
        self._judged = [(field, field.attname, {}) for field in fields if not field.generated]

    def make(self, values):
        """A new record with those values by the names of its fields."""
        cells, related = self._blank.copy(), []
        for place, default in self._called:
            cells[place] = default()
        for name, value in values.items():
            if name in self._relations:
                related.append((name, value))
            else:
                cells[self._places[name]] = value
        record = self.model(*cells)
        for name, value in related:
            setattr(record, name, value)
        return record

    def clean_fields(self, record, *, exclude=()):
        """As the record's own `clean_fields`."""
        errors, values = {}, vars(record)
        for field, attname, right in self._judged:
            value = values[attname]
            may_be_known = value.__class__ not in NOT_KNOWN
            known = right.get(value, UNKNOWN) if may_be_known else UNKNOWN
            if known is UNKNOWN:
                if field.name in exclude:
                    continue
                try:
                    known = value if field.blank and value in field.empty_values else field.clean(value, record)
                except ValidationError as error:
                    errors[field.name] = error.error_list
                    continue
                if may_be_known and len(right) < MOST_KNOWN:
                    right[value] = known
            if known is not value:
                setattr(record, attname, known)
        if errors:
            raise ValidationError(errors)
