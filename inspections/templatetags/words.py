"""The names of kinds of records."""

from django import template

register = template.Library()


@register.filter
def verbose_name(record) -> str:
    """What this kind of record is called."""
    return record._meta.verbose_name


@register.filter
def verbose_name_plural(model) -> str:
    """What several of this kind are called."""
    return model._meta.verbose_name_plural
