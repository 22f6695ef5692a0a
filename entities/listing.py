"""One list on a screen: filtered, sorted, counted, paged; all of it in the URL."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import cached_property

from entities.paging import Count, KeyPage, terms_of

PAGE_ROWS = 50
# What of the address says which page is shown, and whether the whole list is counted.
PLACE = ("page", "after", "before", "count")


@dataclass(frozen=True)
class Head:
    """A column's head: the link that sorts by it, and how it is sorted now."""

    label: str
    query: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Chip:
    """A filter in force, with the query string that is left when it is taken away."""

    label: str
    value: str
    query: str


class Listing:
    """Rows that a filter form lets through, in the order that the URL asks for.

    `columns` are (label, sort name or "", fields to order by); an unknown sort name means the first order.
    """

    def __init__(self, query, rows, form, *, columns, order):
        self.query, self.form, self.columns, self.order = query, form, columns, order
        self.rows = form.narrow(rows)

    @property
    def sort(self) -> str:
        name = self.query.get("sort", "")
        return name if name.removeprefix("-") in {sort for _label, sort, _fields in self.columns if sort} else ""

    @cached_property
    def page(self):
        """The page after or before the record that the address names, else the first one. One query, two with a record named."""
        descending, name = self.sort.startswith("-"), self.sort.removeprefix("-")
        order = next((fields for _label, sort, fields in self.columns if name and sort == name), self.order)
        if descending:
            order = [field.removeprefix("-") if field.startswith("-") else f"-{field}" for field in order]
        return KeyPage(self.rows, terms_of(self.rows.model, [*order, "pk"]), self.query, size=PAGE_ROWS)

    @cached_property
    def count(self):
        """How many rows there are; with `count=exact` in the address however many."""
        return Count.of(self.rows, exactly=self.query.get("count") == "exact", is_search=bool(self.query.get("q")))

    @property
    def query_that_counts(self) -> str:
        """The query string with which all rows are counted; empty where the number is exact already."""
        return "" if self.count.is_exact else self.url_query(count="exact")

    @cached_property
    def heads(self):
        return [
            Head(
                label,
                self.url_query(sort=f"-{name}" if self.sort == name else name) if name else "",
                {name: "ascending", f"-{name}": "descending"}.get(self.sort, "") if name else "",
            )
            for label, name, _fields in self.columns
        ]

    @property
    def filters_in_force(self) -> int:
        """How many filters are set beside the search."""
        return sum(bool(self.query.get(name)) for name in self.form.fields if name != "q")

    @property
    def chips(self) -> list[Chip]:
        """The filters in force beside the search, in words."""
        return chips_of(self.form, self.query)

    @property
    def is_narrowed(self) -> bool:
        return any(self.query.get(name) for name in self.form.fields)

    @property
    def query_without_page(self) -> str:
        """The query string to which the place of a page is added."""
        return self.url_query()

    def url_query(self, **changes) -> str:
        """The query string with some parts changed; back on page one."""
        return _changed(self.query, **changes)


def chips_of(form, query) -> list[Chip]:
    """The filters in force beside the search, in words; none of a form that makes no sense."""
    if not form.is_valid():
        return []
    shown = [bound for bound in form.visible_fields() if bound.name != "q"]
    values = [(bound, form.cleaned_data[bound.name]) for bound in shown]
    return [
        Chip(bound.label, _in_words(bound, value), _changed(query, **{bound.name: ""}))
        for bound, value in values
        if value
    ]


def _changed(query, **changes) -> str:
    parts = {name: value for name, value in query.items() if name not in PLACE} | changes
    return urlencode({name: value for name, value in parts.items() if value})


def _in_words(bound, value) -> str:
    """A choice by its label, a record by its name, a tick box as ticked."""
    if value is True:
        return "✓"
    is_choice = isinstance(value, str) and hasattr(bound.field, "choices")
    return str(dict(bound.field.choices)[value]) if is_choice else str(value)
