"""The smallest pieces of pages, of which one page has a hundred: written here, since a template of their own takes ten times as long."""

from functools import cache
from html import escape

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.safestring import mark_safe

register = template.Library()


@register.simple_tag
def icon(name):
    """One icon of the sprite, silent for screen readers."""
    place = escape(f"{_sprite(staticfiles_storage)}#{name}")
    return mark_safe(f'<svg class="icon" aria-hidden="true" focusable="false"><use href="{place}"></use></svg>')


@cache
def _sprite(storage):
    return storage.url("icons/sprite.svg")


@register.simple_tag
def badge(kind, status, text):
    """What a record's status says; the stylesheet gives the statuses of each kind (hazard, inspection, case …) their tone."""
    return mark_safe(f'<span class="badge badge-{escape(kind)}-{escape(status)}">{escape(str(text))}</span>')


@register.simple_tag
def options(groups):
    """What a form's field lets choose from, in the groups that a widget of Django's makes of its choices."""
    written = []
    for name, choices, _index in groups:
        inside = [f"\n  <option{_attributes(one)}>{escape(str(one['label']))}</option>" for one in choices]
        written += [f'\n  <optgroup label="{escape(str(name))}">', *inside, "\n  </optgroup>"] if name else inside
    return mark_safe("".join(written))


def _attributes(option) -> str:
    further = [
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in option["attrs"].items()
        if value is not False
    ]
    return f' value="{escape(str(option["value"]))}"{"".join(further)}'
