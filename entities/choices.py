"""Choices among regions, units and officers where there are thousands: a page offers those that are near, and takes any other."""

from django.db.models import Q

from entities.models.region import Region

MOST_OFFERED = 400


def regions_near(rows, code=""):
    """All regions where they are few; else provinces and cities, and what lies in the region of that code."""
    return _regions_of_many(rows, code) if _are_many(rows) else rows


def placed_near(rows, code="", *, path="region__code"):
    """All rows where they are few; else the first of those in the region of that code, none without one."""
    return _placed_of_many(rows, code, path) if _are_many(rows) else rows


def named_near(rows, code="", *, chosen=None) -> list[tuple[str, str]]:
    """Code and name of the regions or units that those two leave, of the chosen one, too. One query where they are few, else two."""
    named = rows.values_list("code", "name")
    near = list(named[: MOST_OFFERED + 1])
    if len(near) > MOST_OFFERED:
        near = list(_regions_of_many(named, code) if rows.model is Region else _placed_of_many(named, code))
    if chosen is not None and chosen.code not in (offered for offered, _name in near):
        near.append((chosen.code, chosen.name))
    return near


def offer(field, rows, near):
    """Let a form's field take any of the rows, and offer those that are near."""
    field.queryset = rows
    if near is not rows:
        field.choices = [("", field.empty_label), *((str(row.pk), str(row)) for row in near)]


def code_in(query) -> str:
    """The region that a list's address names, where it can be one; else nothing."""
    code = query.get("region", "") if query else ""
    return code if code.isascii() and code.isdigit() else ""


def _regions_of_many(rows, code):
    near = ~Q(level=Region.Level.COUNTY)
    return rows.filter(near | Q(code__startswith=code) if code else near)


def _placed_of_many(rows, code, path="region__code"):
    return rows.filter(**{f"{path}__startswith": code})[:MOST_OFFERED] if code else rows.none()


def _are_many(rows):
    return rows.order_by()[: MOST_OFFERED + 1].count() > MOST_OFFERED
