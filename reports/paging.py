"""Pages by key: the next page begins after the last record shown, so that a deep page costs what the first one does."""

from dataclasses import dataclass

from django.db.models import F, Q

MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Term:
    """One lookup of an order; empty values come first on the way up and last on the way down."""

    lookup: str
    descending: bool

    def expression(self, *, backwards):
        """The order of the database."""
        if self.descending != backwards:
            return F(self.lookup).desc(nulls_last=True)
        return F(self.lookup).asc(nulls_first=True)

    def beyond(self, value, *, backwards) -> Q | None:
        """What comes after the value; None where nothing can."""
        if self.descending == backwards:  # on the way up
            return Q(**{f"{self.lookup}__isnull": False}) if value is None else Q(**{f"{self.lookup}__gt": value})
        return None if value is None else Q(**{f"{self.lookup}__lt": value}) | Q(**{f"{self.lookup}__isnull": True})

    def same(self, value) -> Q:
        """The same value."""
        return Q(**{f"{self.lookup}__isnull": True}) if value is None else Q(**{self.lookup: value})


def terms_of(model, order) -> list[Term]:
    """The order as terms that end with the key; a link to another record is ordered by its key."""
    terms = []
    for name in order:
        lookup = name.removeprefix("-")
        if "__" not in lookup and lookup != "pk":
            lookup = model._meta.get_field(lookup).attname
        if lookup != "pk" and lookup not in {term.lookup for term in terms}:
            terms.append(Term(lookup, name.startswith("-")))
    last = next((name for name in order if name.removeprefix("-") == "pk"), "-pk")
    return [*terms, Term("pk", last.startswith("-"))]


class KeyPage:
    """One page of the rows, after or before the record that the address names by its key; else the first one.

    How many there are is counted up to ten thousand. Three queries, four with a record named.
    """

    def __init__(self, rows, terms, query, *, size):
        self.rows, self.terms, self.size = rows, terms, size
        self.backwards = "after" not in query and "before" in query
        self.boundary = self._values(query.get("before" if self.backwards else "after", ""))
        self.backwards = self.backwards and self.boundary is not None
        ordered = self._beyond().order_by(*(term.expression(backwards=self.backwards) for term in terms))
        found = list(ordered[: size + 1])
        self.has_more = len(found) > size
        self.records = found[:size][::-1] if self.backwards else found[:size]

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

    def _values(self, key):
        if not (key.isascii() and key.isdigit() and len(key) < 19):
            return None
        return self.rows.order_by().filter(pk=key).values_list(*(term.lookup for term in self.terms)).first()

    def _beyond(self):
        if self.boundary is None:
            return self.rows
        beyond, same = Q(pk__in=[]), Q()
        for term, value in zip(self.terms, self.boundary, strict=True):
            step = term.beyond(value, backwards=self.backwards)
            if step is not None:
                beyond |= same & step
            same &= term.same(value)
        return self.rows.filter(beyond)


@dataclass(frozen=True)
class Count:
    """How many rows there are, told exactly up to ten thousand."""

    number: int
    is_exact: bool = True

    @classmethod
    def of(cls, rows, *, exactly=False):
        """Count them; with `exactly` however many there are."""
        rows = rows.order_by()
        number = rows.count() if exactly else rows[: MOST_COUNTED + 1].count()
        return cls(number) if exactly or number <= MOST_COUNTED else cls(MOST_COUNTED, is_exact=False)

    def __str__(self):
        return f"{self.number:,}" if self.is_exact else f"{self.number:,}+"
