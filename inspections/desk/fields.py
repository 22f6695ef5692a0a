"""An entity named in words: typed, pasted or picked from the suggestions, and found only within the officer's scope."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Entity

SUGGESTED = 12
MOST_LINES = 100
SEPARATOR = " · "


def entity_label(entity) -> str:
    """Name and address: what tells one place of business from another, and can be typed again."""
    return f"{entity.name}{SEPARATOR}{entity.address}"


def suggestions(text, *, by):
    """The entities in the officer's scope that fit the text best."""
    seen = Entity.objects.visible_to(by).filter(merged_into=None)
    name = text.partition(SEPARATOR)[0].strip()
    return seen.matching(name).best_first(name)[:SUGGESTED] if name else seen.none()


def find_entity(text, *, by) -> Entity:
    """The one entity in the officer's scope that the text names. Raises ValidationError for none, and for several."""
    text = text.strip()
    name, _separator, address = text.partition(SEPARATOR)
    seen = Entity.objects.visible_to(by).filter(merged_into=None)
    found = list(seen.filter(name=name, address=address)[:2]) if address else list(seen.filter(credit_code=text)[:2])
    found = found or list(seen.filter(name=text)[:2]) or list(suggestions(text, by=by)[:4])
    if not found:
        meant = "; ".join(entity_label(entity) for entity in seen.suggested(name))
        raise ValidationError(
            (
                gettext("No entity in your scope is “%(text)s”. Did you mean: %(some)s?")
                if meant
                else gettext("No entity in your scope is “%(text)s”: type a part of its name, or its credit code.")
            )
            % {"text": text, "some": meant}
        )
    if len(found) > 1:
        raise ValidationError(
            gettext("“%(text)s” can be several entities: %(some)s … Choose one of the suggestions.")
            % {"text": text, "some": "; ".join(entity_label(entity) for entity in found[:3])}
        )
    return found[0]


def find_by_number(number, *, by) -> Entity:
    """The entity in the officer's scope with that record number, as a program names it. Raises ValidationError for any other."""
    found = Entity.objects.visible_to(by).one_by_one().filter(merged_into=None, pk=number).first()
    if found is None:
        raise ValidationError(gettext("No entity in your scope has the number %(number)s.") % {"number": number})
    return found


def find_named(lines, *, by) -> dict[str, Entity]:
    """The entities that lines name in full (“name · address”, credit code, or name) where it is only one. One query."""
    names = {line.partition(SEPARATOR)[0].strip() for line in lines}
    seen = Entity.objects.visible_to(by).filter(merged_into=None)
    by_key = {}
    for entity in seen.filter(Q(name__in=names) | Q(credit_code__in=lines)).order_by("pk"):
        for key in {entity_label(entity), entity.credit_code, entity.name}:
            by_key.setdefault(key, []).append(entity)
    return {line: by_key[line][0] for line in lines if len(by_key.get(line, ())) == 1}


class EntityInput(forms.TextInput):
    """A line of text with suggestions below it; without script the typed text is looked up all the same."""

    template_name = "inspections/entity_input.html"

    def get_context(self, name, value, attrs):
        listed = {"list": f"list_{name}", "autocomplete": "off", "hx-get": reverse_lazy("desk_entities")}
        listed |= {"hx-trigger": "input changed delay:300ms", "hx-target": f"#list_{name}", "hx-swap": "innerHTML"}
        return super().get_context(name, value, listed | (attrs or {}))


class ScopedText(forms.CharField):
    """Text that is looked up for the officer `by`, whom the form tells it."""

    by = None

    def prepare_value(self, value):
        return entity_label(value) if isinstance(value, Entity) else value


class EntityField(ScopedText):
    """One entity, by its name, credit code, initials or “name · address”."""

    widget = EntityInput

    def __init__(self, **kwargs):
        told = {"required": _("Say which entity: a part of its name, or its credit code.")}
        super().__init__(**{"label": _("entity"), "error_messages": told} | kwargs)

    def prepare_value(self, value):
        if isinstance(value, int):
            value = Entity.objects.filter(pk=value).first()
        return super().prepare_value(value)

    def clean(self, value):
        if isinstance(value, int):
            return find_by_number(value, by=self.by)
        text = super().clean(value)
        return find_entity(text, by=self.by) if text else None


class EntitiesField(ScopedText):
    """Many entities, one on each line, as pasted from a list."""

    widget = forms.Textarea

    def __init__(self, **kwargs):
        told = {"required": _("Enter at least one entity.")}
        about = _("One on each line: its name, its credit code, or “name · address”.")
        super().__init__(**{"label": _("entities"), "error_messages": told, "help_text": about} | kwargs)

    def prepare_value(self, value):
        return "\n".join(entity_label(entity) for entity in value) if isinstance(value, list) else value

    def clean(self, value):
        """Lines of text; from a program a list, in which a number is that of the entity's record."""
        if not isinstance(value, list):
            value = super().clean(value).splitlines()
        numbers = [one for one in value if isinstance(one, int)]
        lines = [one.strip() for one in value if isinstance(one, str) and one.strip()]
        if len(lines) + len(numbers) > MOST_LINES:
            raise ValidationError(
                gettext("At most %(most)d at once: enter the others afterwards.") % {"most": MOST_LINES}
            )
        named = find_named(lines, by=self.by) if lines else {}
        found, errors = {}, []
        for line in (*numbers, *lines):
            try:
                find = find_by_number if isinstance(line, int) else find_entity
                entity = named.get(line) or find(line, by=self.by)
                found[entity.pk] = entity
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        if self.required and not found:
            raise ValidationError(self.error_messages["required"], code="required")
        return list(found.values())
