"""The entries of a form as JSON: what may be sent, described as JSON Schema, and what was sent, as the form reads it."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from entities.outside import is_storable
from inspections.desk.fields import EntitiesField, EntityField
from inspections.desk.forms import DayForm, RecordForm
from inspections.forms.files import EvidenceField
from inspections.forms.inspection_fields import PhotosField
from inspections.forms.inspection_fields import RecordForm as SheetPart
from reports.api.problems import Malformed

# What the page carries for itself; the API has a header for it.
MACHINERY = {"version"}
MOST_SAFE = 2**31 - 1


def names_of(form_class) -> dict[str, forms.Field]:
    """The fields that may be sent, as far as the class tells; a form may ask for fewer, by what it is about."""
    fields = dict(form_class.base_fields)
    if issubclass(form_class, SheetPart):
        fields = forms.fields_for_model(form_class.record_class, form_class.record_fields) | fields
    return {name: field for name, field in fields.items() if name not in MACHINERY}


def schema_of(form_class, extra=None) -> dict:
    """The JSON Schema of a form's entries."""
    fields = {name: field for name, field in names_of(form_class).items() if not isinstance(field, forms.FileField)}
    schema = {
        "type": "object",
        "properties": (extra or {}) | {name: _described(field) for name, field in fields.items()},
        "additionalProperties": False,
    }
    required = [name for name, field in fields.items() if field.required and name not in proposed_by(form_class)]
    return schema | ({"required": required} if required else {})


def proposed_by(form_class) -> set[str]:
    """The entries that the pages propose, so that they may be left out: today, and the region of the officer's own unit."""
    if issubclass(form_class, DayForm):
        return {"on"}
    return {"region", form_class._meta.model.date_field} if issubclass(form_class, RecordForm) else set()


def multipart_of(form_class, extra=None) -> dict | None:
    """The same with files, for multipart/form-data; None for a form without any."""
    files = {name: field for name, field in names_of(form_class).items() if isinstance(field, forms.FileField)}
    if not files:
        return None
    schema = schema_of(form_class, extra)
    schema["properties"] |= {name: _file(field) for name, field in files.items()}
    return schema


def _file(field):
    one = {"type": "string", "format": "binary"}
    many = isinstance(field, EvidenceField | PhotosField)
    return {"type": "array", "items": one} if many else one


def _described(field) -> dict:
    schema = _type_of(field)
    words = " – ".join(str(text) for text in (field.label, field.help_text) if text)
    return schema | ({"description": words} if words else {})


def _type_of(field) -> dict:
    entity = {"type": ["integer", "string"], "minLength": 1}
    match field:
        case EntitiesField():
            return {"type": "array", "items": entity}
        case EntityField():
            return entity
        case forms.BooleanField():
            return {"type": "boolean"}
        case forms.ModelMultipleChoiceField():
            return {"type": "array", "items": _key_of(field), "uniqueItems": True}
        case forms.ModelChoiceField():
            return _key_of(field)
        case forms.MultipleChoiceField():
            return {"type": "array", "items": _one_of(field), "uniqueItems": True}
        case forms.ChoiceField():
            return _one_of(field)
        case forms.DecimalField():
            return {"type": ["number", "string"]}
        case forms.IntegerField():
            least = field.min_value if field.min_value is not None else -MOST_SAFE
            return {
                "type": "integer",
                "minimum": least,
                "maximum": field.max_value if field.max_value is not None else MOST_SAFE,
            }
        case forms.DateField():
            return {"type": "string", "format": "date"}
        case forms.TimeField():
            return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
        case forms.DateTimeField():
            return {"type": "string", "format": "date-time"}
        case forms.UUIDField():
            return {"type": "string", "format": "uuid"}
    return {"type": "string"} | ({"maxLength": field.max_length} if getattr(field, "max_length", None) else {})


def _key_of(field):
    model = field.queryset.model if field.queryset is not None else None
    # A form that narrows its choices for each officer may declare none for all.
    is_text = model is not None and isinstance(model._meta.pk, models.CharField)
    return {"type": "string"} if is_text else {"type": ["integer", "string"] if model is None else "integer"}


def _one_of(field):
    choices = [value for value, _label in _flat(field.choices)]
    choices = [value for value in choices if value != "" or not field.required]
    return {"type": "string"} | ({"enum": [str(value) for value in choices]} if choices else {})


def _flat(choices):
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label


def as_sent(form_class, body) -> MultiValueDict:
    """What a program sent as JSON, as a form reads it; an entry that is null is as good as absent.

    Raises ValidationError for a name that the form does not have, and for a value of another type than described.
    """
    fields, data, wrong = names_of(form_class), MultiValueDict(), {}
    for name, value in body.items():
        if name not in fields or isinstance(fields[name], forms.FileField):
            wrong[name] = gettext("There is no such entry.")
        elif value is not None:
            try:
                values = _values(_type_of(fields[name]), value)
                # This one reads its list as a whole, like the lines of its page.
                data.setlist(name, [values] if isinstance(fields[name], EntitiesField) else values)
            except TypeError:
                wrong[name] = gettext("This is of the wrong type: see the description of the API.")
    if wrong:
        raise ValidationError(wrong)
    return data


def as_described(body, schema) -> dict:
    """What was sent, where no form reads it: an object with the entries of that JSON Schema, each of its type.

    Raises Malformed for anything but an object, ValidationError for an entry that is missing, unknown or of another type.
    """
    if not isinstance(body, dict) or hasattr(body, "lists"):
        raise Malformed(gettext("Send one JSON object."))
    wrong = {}
    for name in {*body, *schema.get("required", ())}:
        told = schema["properties"].get(name)
        if told is None:
            wrong[name] = gettext("There is no such entry.")
        elif not _fits(told, body.get(name)):
            wrong[name] = gettext("This is of the wrong type: see the description of the API.")
    if wrong:
        raise ValidationError(wrong)
    return body


def _fits(told, value) -> bool:
    kind = told["type"]
    if kind == "object":
        return isinstance(value, dict) and _fits_inside(told, value)
    if kind == "array":
        long_enough = isinstance(value, list) and told.get("minItems", 0) <= len(value) <= told.get(
            "maxItems", len(value)
        )
        return long_enough and all(_fits(told["items"], one) for one in value)
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return False
    if kind == "integer":
        return told.get("minimum", value) <= value <= told.get("maximum", value)
    if kind != "string":
        return True
    return is_storable(value) and told.get("minLength", 0) <= len(value) <= told.get("maxLength", len(value))


def _fits_inside(told, value) -> bool:
    named, others = told.get("properties", {}), told.get("additionalProperties", False)
    if set(told.get("required", ())) - set(value):
        return False
    told_of = {name: named.get(name, others) for name in value}
    return all(is_storable(name) and one and _fits(one, value[name]) for name, one in told_of.items())


TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool}


def _values(schema, value) -> list:
    if schema["type"] == "array":
        if not isinstance(value, list):
            raise TypeError
        return [one for part in value for one in _values(schema["items"], part)]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    fits = any(isinstance(value, TYPES[kind]) for kind in kinds)
    if not fits or (isinstance(value, bool) and "boolean" not in kinds):
        raise TypeError
    return [value if isinstance(value, int) and not isinstance(value, bool) else _as_text(value)]


def _as_text(value):
    if isinstance(value, str) and not is_storable(value):
        raise TypeError
    return value if isinstance(value, bool | str) else str(value)


def as_shown(form) -> MultiValueDict:
    """What an unbound form would show: the values that stay where a change leaves an entry out."""
    shown = MultiValueDict()
    for name, field in form.fields.items():
        value = form[name].value()
        if value in (None, "", False) or isinstance(field, forms.FileField):
            continue
        values = value if isinstance(value, list | tuple) or hasattr(value, "iterator") else [value]
        values = [getattr(one, "pk", one) for one in values]
        shown.setlist(name, [values] if isinstance(field, EntitiesField) else values)
    return shown
