"""The values of many records, made of what the database answers: no record is built where a field says what its column shows."""

from functools import cached_property
from itertools import islice

from reports.columns import named, reading

PIECE_ROWS = 2000
MOST_NAMES = 20_000


def values_of(ledger, rows, columns):
    """Each row as the tuple of its columns' values, as `Column.value` gives them, read in pieces of a bounded size.

    What a column's function reads beside the fields that it names as its `needs`, and what hangs on many rows, is asked once for
    each piece.
    """
    plan = _Plan(ledger, columns)
    found = rows.values_list(*plan.lookups).iterator(chunk_size=PIECE_ROWS)
    while piece := list(islice(found, PIECE_ROWS)):
        yield from plan.values(piece)


class _Plan:
    """What is asked for those columns, and how it becomes their values in the language of now."""

    def __init__(self, ledger, columns):
        self.ledger, self.columns = ledger, columns
        self.read = [column for column in columns if not column.lookup]
        named = {name for column in self.read for name in column.needs}
        # One function that reads what it likes takes the whole record, and then the others may have it too.
        whole = not all(column.needs for column in self.read)
        self.needs = [] if whole else sorted(named)
        self.lookups = list(dict.fromkeys(["pk", *(column.lookup for column in columns if column.lookup), *self.needs]))
        names = {}
        self.told = [self._teller(column, names) for column in columns]

    def values(self, piece):
        answers = _Answers(self, dict(zip(self.lookups, zip(*piece, strict=True), strict=True)))
        return zip(*(told(answers) for told in self.told), strict=True)

    def _teller(self, column, names):
        """What makes the values of one column, as a list, of the answers of a piece."""
        lookup, field = column.lookup, column.field
        if not lookup:
            return lambda answers: [record and column.value(record) for record in answers.records]
        if column.kind == "link":
            called = names.setdefault(field.target_field, Names(field.target_field))
            return lambda answers: called(answers.found[lookup])
        told = reading(field, column.kind)
        return lambda answers: [None if value is None else told(value) for value in answers.found[lookup]]


class _Answers:
    """What the database answered for a piece, by lookup; and its records, for the columns that read them."""

    def __init__(self, plan, found):
        self.plan, self.found = plan, found

    @cached_property
    def records(self):
        model, plan = self.plan.ledger.model, self.plan
        if plan.needs:
            rows = zip(*(self.found[name] for name in plan.needs), strict=True)
            return [_with_only(model, dict(zip(plan.needs, row, strict=True))) for row in rows]
        wanted = plan.ledger.loaded(model._base_manager.all(), plan.read)
        if all(column.kind == "many" for column in plan.read):
            wanted = wanted.select_related(None).only("pk")
        # A record that was removed since its row was read has no values here.
        records = wanted.in_bulk(self.found["pk"])
        return [records.get(pk) for pk in self.found["pk"]]


def _with_only(model, values):
    """A record that has those values and nothing else: asked for more it fails at once, and asks the database for nothing."""
    record = model.__new__(model)
    record.__dict__ = values
    return record


class Names:
    """What the records are called to which a field leads; as many are remembered as keep the memory flat."""

    def __init__(self, key):
        self.key, self.known = key, {}
        self.rows = named(key.model)

    def __call__(self, keys) -> list:
        """The names of those keys, None for none; asks once for all that are not known yet."""
        if len(self.known) > MOST_NAMES:
            self.known.clear()
        unknown = set(keys) - self.known.keys() - {None}
        if unknown:
            found = self.rows.in_bulk(unknown, field_name=self.key.name)
            self.known |= {key: str(record) for key, record in found.items()}
        return [self.known.get(key) for key in keys]
