"""Words sought in the texts of a record itself: contained without regard to case, on PostgreSQL by an index of their pieces.

A model of which a nation has very many names the texts that its index holds (`words_index`; a migration makes the index, since only
PostgreSQL has it). The index names candidates, too many rather than too few; the texts themselves decide.
"""

from functools import reduce
from itertools import groupby
from operator import or_

from django.db.models import Func, Q, TextField

from entities.search import has_pieces

# Pairs alone: such texts are names and short words, and an index of their fours as well takes three times as long to make.
SIZES = (2,)


def words_in(model, fields, part, *, path="", by_index=True) -> Q:
    """The records that contain the part in one of those texts of the model at that path of lookups ("" for the records themselves).

    Without `by_index` each record is looked at: for records that are looked through one by one.
    """
    contained = {field: Q(**{f"{path}{field}__icontains": part}) for field in fields}
    if not by_index:
        return reduce(or_, contained.values())
    indexed = getattr(model, "words_index", ())
    if set(fields) <= set(indexed):
        texts = _InCapitals(*(f"{path}{field}" for field in indexed))
        return reduce(or_, contained.values()) & has_pieces(texts, _alike_in_capitals(part), SIZES)
    # A plain index may hold those that are not empty.
    return reduce(or_, (contains & Q(**{f"{path}{field}__gt": ""}) for field, contains in contained.items()))


class _InCapitals(Func):
    """The texts in one, as the index has them: in capitals, as PostgreSQL compares what is contained without regard to case."""

    function, arg_joiner, output_field = "UPPER", " || chr(31) || ", TextField()


def _alike_in_capitals(part) -> list[str]:
    """The stretches of the part, in capitals, of which every database says the same: other alphabets it may leave as they are."""
    stretches = groupby(part, lambda letter: letter.isascii() or letter.upper() == letter.lower())
    return ["".join(letters).upper() for is_alike, letters in stretches if is_alike]
