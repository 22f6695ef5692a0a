"""Choices among regions, units and officers where there are thousands: a page offers those that are near, and takes any other."""

from django.db.models import Q

from entities.models.region import Region

MOST_OFFERED = 400


def regions_near(rows, code=""):
    """All regions where they are few; else provinces and cities, and what lies in the region of that code."""
    near = ~Q(level=Region.Level.COUNTY)
    return rows.filter(near | Q(code__startswith=code) if code else near) if _are_many(rows) else rows


def placed_near(rows, code="", *, path="region__code"):
    """All rows where they are few; else the first of those in the region of that code, none without one."""
    if not _are_many(rows):
        return rows
    return rows.filter(**{f"{path}__startswith": code})[:MOST_OFFERED] if code else rows.none()


def offer(field, rows, near):
    """Let a form's field take any of the rows, and offer those that are near."""
    field.queryset = rows
    if near is not rows:
        field.choices = [("", field.empty_label), *((str(row.pk), str(row)) for row in near)]


def code_in(query) -> str:
    """The region that a list's address names, where it can be one; else nothing."""
    code = query.get("region", "") if query else ""
    return code if code.isascii() and code.isdigit() else ""


def _are_many(rows):
    return rows.order_by()[: MOST_OFFERED + 1].count() > MOST_OFFERED
