"""What can be begun at a record, as a menu."""

from django import template

from inspections.desk.declare import beginnings

register = template.Library()


@register.inclusion_tag("components/beginnings.html", takes_context=True)
def begin_here(context, record):
    """The forms of new records that begin at this one, for the officer who looks at it."""
    return {"beginnings": beginnings(context["request"].user, record)}
