"""Pages by key: the next page begins after the last record shown, so that a deep page costs what the first one does."""

import json
from dataclasses import dataclass

from django.core.exceptions import FieldDoesNotExist
from django.db import connections
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

MOST_COUNTED = 10_000
# Of records that a search finds by the words of their entity: these may have to be looked for record by record.
MOST_FOUND = 1_000


@dataclass(frozen=True)
class Term:
    """One lookup of an order; empty values come first on the way up and last on the way down.

    Where nothing is empty the order is the plain one, which an index serves in both directions.
    """

    lookup: str
    descending: bool
    is_nullable: bool = True

    def expression(self, *, backwards, sorted_anew=False):
        """The order of the database; with `sorted_anew` one that no index has, so that the rows are found first and sorted then."""
        value = Coalesce(F(self.lookup), F(self.lookup)) if sorted_anew else F(self.lookup)
        if self.descending != backwards:
            return value.desc(nulls_last=True) if self.is_nullable else value.desc()
        return value.asc(nulls_first=True) if self.is_nullable else value.asc()

    def beyond(self, value, *, backwards) -> Q | None:
        """What comes after the value; None where nothing can."""
        if self.descending == backwards:  # on the way up
            return Q(**{f"{self.lookup}__isnull": False}) if value is None else Q(**{f"{self.lookup}__gt": value})
        if value is None:
            return None
        after = Q(**{f"{self.lookup}__lt": value})
        return after | Q(**{f"{self.lookup}__isnull": True}) if self.is_nullable else after

    def same(self, value) -> Q:
        """The same value."""
        return Q(**{f"{self.lookup}__isnull": True}) if value is None else Q(**{self.lookup: value})

    def bound(self, value, *, backwards) -> Q:
        """What every row beyond the value fulfils, as one comparison: where an index begins to be read."""
        upwards = self.descending == backwards
        if value is None or self.is_nullable and not upwards:
            return Q()
        return Q(**{f"{self.lookup}__{'gte' if upwards else 'lte'}": value})


class RowBeyond(Func):
    """Whether columns, compared one after the other, come after those values: `(a, b) < (x, y)`, where an index begins right there."""

    output_field = BooleanField()

    def __init__(self, sign, columns, values):
        super().__init__(*(F(column) for column in columns), *map(Value, values))
        self.sign, self.width = sign, len(columns)

    def as_sql(self, compiler, connection, **_context):
        told = [compiler.compile(expression) for expression in self.source_expressions]
        columns, values = ([sql for sql, _params in side] for side in (told[: self.width], told[self.width :]))
        return f"({', '.join(columns)}) {self.sign} ({', '.join(values)})", [p for _sql, params in told for p in params]


def terms_of(model, order) -> list[Term]:
    """The order as terms that end with the key; a link to another record is ordered by its key.

    What is no field of the model was annotated to its rows, and is never empty.
    """
    terms = []
    for name in order:
        lookup = name.removeprefix("-")
        if lookup == "pk":
            continue
        lookup, is_nullable = _told_by(model, lookup)
        if lookup not in {term.lookup for term in terms}:
            terms.append(Term(lookup, name.startswith("-"), is_nullable))
    last = next((name for name in order if name.removeprefix("-") == "pk"), "-pk")
    return [*terms, Term("pk", last.startswith("-"), is_nullable=False)]


def _told_by(model, lookup) -> tuple[str, bool]:
    """The column that the lookup ends in, and whether anything on the way may be empty."""
    is_nullable, steps = False, lookup.split("__")
    for step in steps:
        try:
            field = model._meta.get_field(step)
        except FieldDoesNotExist:
            return lookup, is_nullable
        is_nullable |= field.null
        model = field.related_model
    return (field.attname if len(steps) == 1 else lookup), is_nullable


class KeyPage:
    """One page of the rows, after or before the record that the address names by its key; else, and where nothing is left there,
    the first one.

    How many there are is counted up to ten thousand. Three queries, four with a record named.
    """

    def __init__(self, rows, terms, query, *, size):
        self.rows, self.terms, self.size = rows, terms, size
        self.backwards = "after" not in query and "before" in query
        self.boundary = self._values(query.get("before" if self.backwards else "after", ""))
        self.backwards = self.backwards and self.boundary is not None
        found = list(self._first_beyond(size + 1))
        if not found and self.boundary is not None:
            self.boundary, self.backwards = None, False
            found = list(self._first_beyond(size + 1))
        self.has_more = len(found) > size
        self.records = found[:size][::-1] if self.backwards else found[:size]

    @classmethod
    def of(cls, rows, query, *, size):
        """A page of the rows in the order of their model."""
        return cls(rows, terms_of(rows.model, rows.model._meta.ordering), query, size=size)

    def __iter__(self):
        return iter(self.records)

    def __len__(self):
        return len(self.records)

    @property
    def next(self) -> str:
        """The key after which the next page begins; empty on the last one."""
        return str(self.records[-1].pk) if self.records and (self.backwards or self.has_more) else ""

    @property
    def previous(self) -> str:
        """The key before which the previous page ends; empty on the first one."""
        there = self.has_more if self.backwards else self.boundary is not None
        return str(self.records[0].pk) if self.records and there else ""

    def _first_beyond(self, most):
        """So many rows beyond the boundary: of a scope with several ways, so many of each, put together."""
        rows = beyond = self._beyond()
        if hasattr(rows, "by_ways") and connections[rows.db].features.supports_slicing_ordering_in_compound:
            rows, parts = rows.by_ways()
            if len(parts) > 1:
                by_place = self.terms[0].lookup in {part.place for part in parts}
                first, *others = [self._in_order(part, most, by_place) for part in parts]
                beyond = rows.loaded_by(first.union(*others))
        return beyond.order_by(*(term.expression(backwards=self.backwards) for term in self.terms))[:most]

    def _in_order(self, part, most, by_place):
        """The keys of the first rows of a part.

        Few rows are found and sorted: looked for in the order of the list, those of a county lie all together, far behind others.
        So do all rows of a scope where the list goes by place, but for those that are found by it, and those of a place where the list
        goes by the name of what they are linked to.
        """
        by_link = part.place and "__" in self.terms[0].lookup
        is_sorted = (part.is_few or by_place or by_link) and part.place != self.terms[0].lookup
        order = [term.expression(backwards=self.backwards, sorted_anew=is_sorted) for term in self.terms]
        return part.rows.order_by(*order).values("pk")[:most]

    def _values(self, key):
        if not (key.isascii() and key.isdigit() and len(key) < 19):
            return None
        rows = self.rows.one_by_one() if hasattr(self.rows, "one_by_one") else self.rows
        return rows.order_by().filter(pk=key).values_list(*(term.lookup for term in self.terms)).first()

    def _beyond(self):
        if self.boundary is None:
            return self.rows
        directions = {term.descending for term in self.terms}
        if len(directions) == 1 and not any(term.is_nullable for term in self.terms):
            sign = "<" if directions != {self.backwards} else ">"
            return self.rows.filter(RowBeyond(sign, [term.lookup for term in self.terms], self.boundary))
        beyond, same = Q(pk__in=[]), Q()
        for term, value in zip(self.terms, self.boundary, strict=True):
            step = term.beyond(value, backwards=self.backwards)
            if step is not None:
                beyond |= same & step
            same &= term.same(value)
        return self.rows.filter(self.terms[0].bound(self.boundary[0], backwards=self.backwards), beyond)


@dataclass(frozen=True)
class Count:
    """How many rows there are: exactly up to ten thousand, beyond that about how many, where the database can tell.

    Of a search: exactly up to one thousand, but for entities, which have an index of their words.
    """

    number: int
    is_exact: bool = True
    estimate: int | None = None

    @classmethod
    def of(cls, rows, *, exactly=False, is_search=False):
        """Count them; with `exactly` however many there are. One query, two where they are estimated."""
        rows, by_row = rows.order_by(), is_search and not hasattr(rows, "matching")
        most = MOST_FOUND if by_row else MOST_COUNTED
        number = rows.count() if exactly else _first(rows, most + 1, by_row).count()
        if exactly or number <= most:
            return cls(number)
        expected = expected_rows(rows)
        return cls(most, is_exact=False, estimate=_in_two_digits(expected) if expected and expected > most else None)

    def __str__(self):
        if self.is_exact:
            return f"{self.number:,}"
        if self.estimate is None:
            return gettext("more than %(most)s") % {"most": f"{self.number:,}"}
        return gettext("more than %(most)s (about %(estimate)s)") % {
            "most": f"{self.number:,}",
            "estimate": f"{self.estimate:,}",
        }


def _first(rows, most, by_row):
    if hasattr(rows, "first_keys") and connections[rows.db].features.supports_slicing_ordering_in_compound:
        return rows.first_keys(most, each_once=by_row)
    return rows[:most]


def expected_rows(rows) -> int | None:
    """How many rows PostgreSQL expects; None where it does not know better than by guessing.

    It takes each condition on other tables that stands beside others (a SubPlan) to be true of half of all rows.
    """
    if connections[rows.db].vendor != "postgresql":
        return None
    plan = rows.order_by().values("pk").explain(format="json")
    return None if "SubPlan" in plan else json.loads(plan)[0]["Plan"]["Plan Rows"]


def _in_two_digits(number) -> int:
    return round(number, 2 - len(str(number)))
