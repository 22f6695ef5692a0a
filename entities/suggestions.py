"""What was perhaps meant when a search finds nothing: mistyped, left out, or written with another character of the same sound.

The same on every database. Compared are the entities that share a telling piece of the text (one that few have), or the pinyin
initials that it would have; shown are those that share half of its signs: its characters, its pairs, and those of its initials.
A text without a telling piece and of common sound has no suggestion. Without an index each piece is looked for in every entity
of the scope, so SQLite has none to offer beyond twenty thousand.
"""

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.lookups import Contains

from entities.outside import is_storable
from entities.pinyin import initials
from entities.search import HasPieces, SearchText, fold, matches, parts_of, pieces_of, spread

MOST = 5
FEW = 2_000
MOST_UNINDEXED = 20_000
LONGEST = 100
NUMBER_LENGTH = 6  # from here on letters and digits are taken for a number, whose pairs tell nothing


def near(entities, text):
    """Up to five of those entities, the nearest first. At most fifteen queries, each bounded."""
    parts = parts_of(text) if len(text) <= LONGEST and is_storable(text) else []
    if not parts or not HasPieces.answers(entities.db) and _are_more(entities, MOST_UNINDEXED):
        return entities.none()
    pieces = spread(list(dict.fromkeys(piece for part in parts for piece in _telling(part))))
    written = list(dict.fromkeys(sign for part in parts if not part.isascii() for sign in part))
    sounds = [fold(initials(part)) for part in parts if not part.isascii()]
    candidates = [matches([piece]) for piece in pieces]
    if written:
        alike = [sound for sound in sounds if len(sound) > 1] + [part for part in parts if part.isascii()]
        candidates.append(matches(alike) & _any(Q(Contains(SearchText(), sign)) for sign in written))
    few = [wanted for wanted in candidates if not _are_more(entities.filter(wanted), FEW)]
    if not few:
        return entities.none()
    signs = list(dict.fromkeys([*written, *(pair for part in (*parts, *sounds) for pair in pieces_of(part, 2))]))
    shared = sum(
        (Case(When(Contains(SearchText(), sign), then=1), default=0, output_field=IntegerField()) for sign in signs),
        start=Value(0),
    )
    found = entities.filter(_any(few)).annotate(nearness=shared)
    return found.filter(nearness__gte=(len(signs) + 1) // 2).order_by("-nearness", "name", "pk")[:MOST]


def _telling(part) -> list[str]:
    return pieces_of(part, 4 if part.isascii() and len(part) >= NUMBER_LENGTH else 2)


def _are_more(entities, than) -> bool:
    return entities.order_by()[: than + 1].count() > than


def _any(wanted) -> Q:
    return Q.create(list(wanted), connector=Q.OR)
