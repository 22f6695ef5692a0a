"""One list on a screen: filtered, sorted, counted, paged; all of it in the URL."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.utils.functional import cached_property

PAGE_ROWS = 50


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
        """The page asked for; the last one when the number is too high. Two queries: count and rows."""
        descending, name = self.sort.startswith("-"), self.sort.removeprefix("-")
        order = next((fields for _label, sort, fields in self.columns if name and sort == name), self.order)
        if descending:
            order = [field.removeprefix("-") if field.startswith("-") else f"-{field}" for field in order]
        return Paginator(self.rows.order_by(*order, "pk"), PAGE_ROWS).get_page(self.query.get("page"))

    @property
    def numbers(self):
        """The page numbers to offer, with gaps."""
        return self.page.paginator.get_elided_page_range(self.page.number, on_each_side=1, on_ends=1)

    @property
    def gap(self):
        return self.page.paginator.ELLIPSIS

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
        if not self.form.is_valid():
            return []
        chips = []
        for bound in self.form:
            value = self.form.cleaned_data[bound.name]
            if bound.name != "q" and value:
                chips.append(Chip(bound.label, _in_words(bound, value), self.url_query(**{bound.name: ""})))
        return chips

    @property
    def is_narrowed(self) -> bool:
        return any(self.query.get(name) for name in self.form.fields)

    @property
    def query_without_page(self) -> str:
        """The query string to which a page number is added."""
        return self.url_query()

    def url_query(self, **changes) -> str:
        """The query string with some parts changed; back on page one."""
        parts = {name: value for name, value in self.query.items() if name != "page"} | changes
        return urlencode({name: value for name, value in parts.items() if value})


def _in_words(bound, value) -> str:
    """A choice by its label, a record by its name, a tick box as ticked."""
    if value is True:
        return "✓"
    return str(dict(bound.field.choices)[value]) if isinstance(value, str) else str(value)
