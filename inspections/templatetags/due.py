"""How long until a deadline, in words."""

from django import template

from entities.today import today

register = template.Library()

SOON_DAYS = 3


@register.inclusion_tag("inspections/hazard_due.html")
def due(day):
    """The day, and how many days are left or overdue; red only when somebody must act."""
    left = (day - today()).days
    return {"day": day, "left": left, "late": -left, "is_soon": 0 <= left <= SOON_DAYS}
