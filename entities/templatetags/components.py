"""The smallest pieces of pages, of which one page has a hundred: written here, since a template of their own takes ten times as long."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def icon(name):
    """One icon of the sprite, silent for screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("icons/sprite.svg"),
        name,
    )


@register.simple_tag
def badge(kind, status, text):
    """What a record's status says; the stylesheet gives the statuses of each kind (hazard, inspection, case …) their tone."""
    return format_html('<span class="badge badge-{}-{}">{}</span>', kind, status, text)
