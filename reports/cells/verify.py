"""Proving that kept figures are what the records say: every cell is counted again and compared."""

from collections.abc import Iterator
from dataclasses import dataclass

from entities.models import Region
from reports.cells.count import figure_of, own_cells, returned_cells, whole_cells
from reports.cells.readings import readings
from reports.cells.recount import number
from reports.cells.refresh import refresh
from reports.models import Cell
from reports.models.cell import ALL_TIME, RETURNED, WHOLE
from reports.scope import FigureScope


@dataclass(frozen=True)
class Difference:
    """A cell that does not tell what the records say."""

    key: str
    place: str
    own: bool
    month: object
    kept: object
    counted: object

    @property
    def cell(self):
        return self.key, self.place, self.own, self.month

    def __str__(self):
        place = self.place or "the whole campaign"
        month = "all time" if self.month == ALL_TIME else f"{self.month:%Y-%m}"
        return f"{self.key}: {place}{' itself' if self.own else ''}, {month}: kept {self.kept}, counted {self.counted}"


def differences(campaign) -> list[Difference]:
    """Each kept figure that differs from its recount, after what was written since is taken in.

    Others write while it counts, so what seems to differ is counted once more; only what differs again is told.
    """
    first = {found.cell: found for found in _differences(campaign)}
    return (
        [found for found in _differences(campaign, {cell[0] for cell in first}) if found.cell in first] if first else []
    )


def _differences(campaign, keys=None) -> Iterator[Difference]:
    summary = refresh(campaign)
    scope = FigureScope(campaign, on=summary.day)
    codes = set(Region.objects.values_list("pk", flat=True))
    cells = list(Cell.objects.filter(campaign=campaign).values_list("place", "own", "month", "figures"))
    returned = returned_cells(campaign)
    told = (*(figures for *_cell, figures in cells), *returned.values())
    keys_of_returns = {key for figures in told for key in figures if key.startswith(RETURNED)}
    for key in sorted(keys_of_returns if keys is None else keys_of_returns & keys):
        own = figure_of(returned, key)
        yield from _compared(key, cells, own, _summed(own, codes))
    for key, reading in readings(campaign).items():
        if keys is not None and key not in keys:
            continue
        own = figure_of(own_cells([reading], scope), key)
        whole = (
            _summed(own, codes)
            if reading.adds_up_over_places
            else whole_cells(reading.declared, scope, {*codes, WHOLE})
        )
        yield from _compared(key, cells, own, whole)


def _compared(key, cells, own, whole):
    kept = {(place, is_own, month): figures[key] for place, is_own, month, figures in cells if key in figures}
    counted = {(place, True, month): figure for (place, month), figure in own.items()}
    counted |= {(place, False, month): figure for (place, month), figure in whole.items() if figure}
    for cell in sorted(kept.keys() | counted.keys()):
        before, now = kept.get(cell, 0), counted.get(cell, 0)
        if before is None or number(before) != now:
            yield Difference(key, *cell, before, now)


def _summed(own, codes):
    """The own figures of places, summed for each region around them."""
    whole = {}
    for (place, month), figure in own.items():
        for code in {WHOLE, *(place[:n] for n in range(2, len(place) + 1) if place[:n] in codes)}:
            whole[code, month] = whole.get((code, month), 0) + figure
    return whole
