"""The search over entities: what is searched, how it is folded, and which index of PostgreSQL answers it.

An entity is found by its search text: name, initials, numbers, address and phone, folded alike in every database. On PostgreSQL
a trigger keeps that text in a column that no model knows, so that no write can leave it behind (migration 0004_search_text); an
index over its pairs and fours of characters names the candidates, and the text itself decides. On SQLite the text is worked out
when it is asked for, row by row: right for a city, slow for a nation.
"""

import unicodedata

from django.db import connections, models
from django.db.models import F, Func, Q
from django.db.models.lookups import Contains

# In this order: where the searched word begins in the text tells how well it fits.
FIELDS = ("name", "initials", "credit_code", "licence_number", "address", "phone")
SEPARATOR = "\x1f"  # white space to `split`, so no part that is searched holds one
SQLITE_FUNCTION = "entity_search_text"
MOST_PIECES = 12


def fold(text) -> str:
    """The text as it is compared: full-width and other compatible forms as the plain ones (NFKC), A–Z in lower case."""
    return (
        unicodedata.normalize("NFKC", text).encode().lower().decode()
    )  # of bytes only A–Z are lowered, as PostgreSQL's "C" does


def parts_of(text) -> list[str]:
    """What is searched for, part by part, each once; all of them must be found."""
    return list(dict.fromkeys(fold(text).split()))


def search_text(*values) -> str | None:
    """The search text of those fields; None without an entity."""
    return None if None in values else fold(SEPARATOR.join(values))


def teach_sqlite(connection, **_signal):
    """Give a new connection to SQLite the function that the search calls."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(SQLITE_FUNCTION, len(FIELDS), search_text, deterministic=True)


class SearchText(Func):
    """The search text of the entity at that path of lookups, "" for the entity itself."""

    function = SQLITE_FUNCTION
    output_field = models.TextField()

    def __init__(self, *fields, path=""):
        super().__init__(*(fields or (F(f"{path}{field}") for field in FIELDS)))

    def as_postgresql(self, compiler, connection, **_context):
        """The column beside the entity's others, which the model does not name."""
        table = compiler.quote_name_unless_alias(self.source_expressions[0].alias)
        return f"{table}.{connection.ops.quote_name('search_text')}", []


def _pieces(size) -> str:
    """SQL for all pieces of that size of a text, as the index has them: cut at each of the `size` places where one can begin."""
    cut = "regexp_replace(substr(%(text)s, {}), '({})', '\\1' || chr(31), 'g')"
    return f"string_to_array({' || chr(31) || '.join(cut.format(place + 1, '.' * size) for place in range(size))}, chr(31))"


PIECES = {2: _pieces(2), 4: _pieces(4)}


class HasPieces(Func):
    """Whether the search text has all those pieces, by the index of PostgreSQL; anything else takes the text's own word."""

    output_field = models.BooleanField()

    def __init__(self, text, pieces, size):
        super().__init__(text)
        self.pieces, self.size = pieces, size

    @staticmethod
    def answers(using) -> bool:
        """Whether that database has the index."""
        return connections[using].vendor == "postgresql"

    def as_sql(self, compiler, connection, **_context):
        return "1 = 1", []

    def as_postgresql(self, compiler, connection, **_context):
        text, _none = compiler.compile(self.source_expressions[0])
        return f"{PIECES[self.size] % {'text': text}} @> %s::text[]", [self.pieces]


def pieces_of(text, size) -> list[str]:
    """The pieces of that size of a text, each once."""
    return list(dict.fromkeys(text[start : start + size] for start in range(len(text) - size + 1)))


def matches(parts, *, path="", by_index=True) -> Q:
    """The entities at that path whose search text contains each of the folded parts.

    A part of one character asks nothing of the index. Without `by_index` it is left out of all: for records that are looked
    through one by one.
    """
    text = SearchText(path=path)
    found = has_pieces(text, parts) if by_index else Q()
    for part in parts:
        found &= Q(Contains(text, part))
    return found


def has_pieces(text, parts, sizes=tuple(PIECES)) -> Q:
    """What the index says of a text that contains each of the parts: too many rather than too few, all where there is no index.

    The index has pieces of those sizes; a part asks for the largest that it holds.
    """
    found = Q()
    for size in sizes:
        asked = [part for part in parts if max((other for other in sizes if other <= len(part)), default=0) == size]
        if pieces := [piece for part in asked for piece in spread(pieces_of(part, size))]:
            found &= Q(HasPieces(text, list(dict.fromkeys(pieces)), size))
    return found


def spread(pieces) -> list[str]:
    """At most twelve of the pieces, the first and the last among them: with more, hardly a candidate less."""
    if len(pieces) <= MOST_PIECES:
        return pieces
    return [pieces[round(step * (len(pieces) - 1) / (MOST_PIECES - 1))] for step in range(MOST_PIECES)]
