"""The smallest pieces of pages, of which one page has a hundred: written here, since a template of their own takes ten times as long."""

from functools import cache
from html import escape

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language

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
    return f' value="{escape(str(option["value"]))}"{attributes(option["attrs"])}'


@register.simple_tag
def attributes(attrs):
    """The attributes of a form's control."""
    written = [
        f" {escape(name)}" if value is True else f' {escape(name)}="{conditional_escape(value)}"'
        for name, value in attrs.items()
        if value is not False
    ]
    return mark_safe("".join(written))


@register.simple_tag
def ticks(name, columns, chosen):
    """A box to tick for each of the columns, with those ticked that are chosen."""
    written = [
        f'<label class="choice"><input type="checkbox" name="{escape(name)}" value="{escape(column.name)}"'
        f"{' checked' if column in chosen else ''}> {escape(capfirst(str(column.label)))}</label>"
        for column in columns
    ]
    return mark_safe("".join(written))


@register.tag
def fixed(parser, token):
    """What says the same on every page and to everybody: rendered once in each language, and kept.

    It sees nothing of the page, neither its values nor its request: what depends on them is missing in it, never shown to others.
    """
    nodes = parser.parse(("endfixed",))
    parser.delete_first_token()
    return Fixed(nodes)


class Fixed(template.Node):
    """The pieces between the two tags, and what they say in each language."""

    def __init__(self, nodelist):
        self.nodelist, self._said = nodelist, {}

    def render(self, context):
        language = get_language()
        if language not in self._said:
            nothing = template.Context()
            nothing.template = context.template
            self._said[language] = self.nodelist.render(nothing)
        return self._said[language]
