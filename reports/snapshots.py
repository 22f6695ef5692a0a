"""Freezing figures, and comparing what was frozen with another snapshot or with now."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from entities.today import today
from reports.as_of import as_of
from reports.indicators import INDICATORS, Indicator, indicator, totals
from reports.models.snapshot import Snapshot
from reports.rollup import county_rows
from reports.scope import FigureScope

MOVED_SHOWN = 200


def scope_of(snapshot) -> FigureScope:
    """The question that the snapshot answers."""
    return FigureScope(snapshot.campaign, snapshot.region, until=snapshot.until, on=snapshot.until)


def frozen_figures(snapshot):
    """The figures of the place, of all places inside it, and of its own level, as they are now."""
    scope = scope_of(snapshot)
    yield snapshot.region, False, totals(scope)
    for row in county_rows(scope):
        if row.scope.own or row.scope.region != snapshot.region:
            yield row.scope.region, row.scope.own, row.figures


def numbers(figures) -> dict[str, Decimal | None]:
    """Frozen figures as numbers."""
    return {key: None if value is None else Decimal(value) for key, value in (figures or {}).items()}


@dataclass(frozen=True)
class Difference:
    """A figure then and later."""

    declared: object
    before: Decimal | None
    after: Decimal | None

    @property
    def change(self):
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Moved:
    """A record that a figure counts otherwise than before: what it added then and adds now (0 where it is not counted)."""

    record: object
    before: Decimal
    after: Decimal

    @property
    def change(self):
        return self.after - self.before


class Comparison:
    """Two snapshots of one place, or a snapshot and now (`later` None)."""

    def __init__(self, earlier: Snapshot, later: Snapshot | None):
        self.earlier, self.later = earlier, later
        self.place = earlier.region

    @cached_property
    def now(self) -> FigureScope:
        """The later question: of the other snapshot, or of today."""
        day = self.later.until if self.later else today()
        return FigureScope(self.earlier.campaign, self.place, until=day, on=day)

    @cached_property
    def differences(self) -> list[Difference]:
        """Every figure of both, in the order of their declarations."""
        before = numbers(self.earlier.figures(self.place))
        after = numbers(self.later.figures(self.place)) if self.later else totals(self.now)
        return [Difference(i, before[i.key], after[i.key]) for i in INDICATORS if i.key in before and i.key in after]

    def moved(self, key, officer) -> tuple[list[Moved], int]:
        """The records behind the change of a figure that the officer may see, and how many others there are.

        Told from the history: who was counted then, and who is counted later.
        """
        declared = indicator(key)
        if not isinstance(declared, Indicator):
            declared = indicator(declared.part)
        with as_of(self.earlier.cut_off):
            before = declared.members(scope_of(self.earlier))
        with as_of(self.later.cut_off if self.later else None):
            after = declared.members(self.now)
        changed = [pk for pk in {*before, *after} if before.get(pk, 0) != after.get(pk, 0)]
        model = declared.rows(self.now).model
        seen = model.objects.visible_to(officer).filter(pk__in=changed)
        rows = [Moved(record, before.get(record.pk, 0), after.get(record.pk, 0)) for record in seen[:MOVED_SHOWN]]
        return rows, len(changed) - len(rows)
