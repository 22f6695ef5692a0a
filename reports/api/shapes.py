"""How a record is told as JSON: every field that its page shows, by key where the page shows a name."""

from django.db import models
from rest_framework import serializers

from entities.identity import IdentityCard
from reports.columns import NUMBERS
from reports.details import HIDDEN

# Besides what the page hides: who signs in how, and what only this machine knows.
NEVER = HIDDEN - {"id", "version", "answers"} | {"password", "last_login"}


def shape_of(declared) -> type[serializers.Serializer]:
    """The serializer that reads one kind of record; nothing is ever written through it."""
    model, shape = declared.model, {}
    for field in (*model._meta.fields, *model._meta.many_to_many):
        if field.name not in NEVER and not isinstance(field, models.FileField):
            shape[field.name] = _told(field)
    if issubclass(model, IdentityCard):
        shape["identity_card"] = serializers.CharField(
            source="masked_identity_card", read_only=True, help_text="Masked; empty where none is on file."
        )
    shape["page"] = serializers.CharField(
        source="get_absolute_url", read_only=True, help_text="Where people read the record."
    )
    name = "".join(part.capitalize() for part in declared.name.split("_"))
    return type(f"{name}Shape", (serializers.Serializer,), shape | {"__doc__": str(model.__doc__)})


def _told(field):
    said = {"read_only": True, "help_text": str(field.verbose_name)}
    if isinstance(field, models.ManyToManyField):
        return KeysField(child=_key_of(field.related_model), **said)
    if field.null:
        said["allow_null"] = True
    if isinstance(field, models.ForeignKey):
        return _by_key(field, said)
    if field.choices:
        blank = [("", "")] if field.blank else []
        return serializers.ChoiceField(choices=[*field.flatchoices, *blank], **said)
    for kinds, told in (
        (models.DateTimeField, serializers.DateTimeField),
        (models.DateField, serializers.DateField),
        # A clock time of the place, without a zone: JSON Schema's “time” would want one.
        (models.TimeField, serializers.CharField),
        (models.BooleanField, serializers.BooleanField),
        (models.UUIDField, serializers.UUIDField),
        (models.JSONField, serializers.JSONField),
        ((models.AutoField, models.IntegerField, *NUMBERS), serializers.IntegerField),
    ):
        if isinstance(field, kinds):
            return told(**said)
    if isinstance(field, models.DecimalField):
        return serializers.DecimalField(field.max_digits, field.decimal_places, **said)
    return serializers.CharField(**said)


class KeysField(serializers.ListField):
    """The keys of the rows that a record is linked to, read from what was fetched with it."""

    def to_representation(self, rows):
        return [row.pk for row in rows.all()]


def _key_of(model):
    return PK_FIELDS[_is_text(model)](read_only=True)


def _by_key(field, said):
    return PK_FIELDS[_is_text(field.related_model)](source=field.attname, **said)


def _is_text(model) -> bool:
    return isinstance(model._meta.pk, models.CharField)


PK_FIELDS = {True: serializers.CharField, False: serializers.IntegerField}
