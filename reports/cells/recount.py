"""Counting marked places again, and carrying what changed to every place around them."""

from collections import defaultdict
from decimal import Decimal

from entities.models import Region
from reports.cells.count import own_cells, returned_cells, whole_cells
from reports.models import Cell
from reports.models.cell import ALL_TIME, RETURNED, WHOLE
from reports.scope import FigureScope

WRITTEN_AT_ONCE = 2000


def number(kept) -> int | Decimal:
    """A figure as a cell keeps it, as a number."""
    return Decimal(kept) if isinstance(kept, str) else kept


class Recount:
    """One counting of some figures of a campaign for some places, written to its cells at the end.

    `places` of a figure: where it may have changed; None for everywhere.
    """

    def __init__(self, campaign, *, on):
        self.campaign, self.scope = campaign, FigureScope(campaign, on=on)
        self.own = {}  # the figures of the places themselves, by place and month: as they were read, then as counted
        self.touched = set()
        self.around = {}
        self.changes = defaultdict(lambda: defaultdict(int))

    def load(self, places):
        """Read the cells of those places themselves, of all without any, and which regions lie around them. Two queries."""
        cells = Cell.objects.filter(campaign=self.campaign, own=True)
        if places is not None:
            cells = cells.filter(place__in={*places, WHOLE})
        self.own = {(place, month): figures for place, month, figures in cells.values_list("place", "month", "figures")}
        self._look_around(places)

    def count(self, reading, places):
        """Count the figure again. One query, two where its months do not add up."""
        counted = own_cells(reading.declared, self.scope, places)
        self._take(reading.key, counted, places, adds_up=reading.adds_up_over_places)

    def count_returned(self, places):
        """Add up again what was returned. One query."""
        counted = returned_cells(self.campaign, places)
        before = {key for figures in self.own.values() for key in figures if key.startswith(RETURNED)}
        for key in {*counted, *before}:
            self._take(key, counted.get(key, {}), places, adds_up=True)

    def _take(self, key, counted, places, *, adds_up):
        before = {
            cell: number(figures[key])
            for cell, figures in self.own.items()
            if key in figures and (places is None or cell[0] in places or cell[0] == WHOLE)
        }
        for cell in before.keys() | counted.keys():
            change = counted.get(cell, 0) - before.get(cell, 0)
            if change:
                _put(self.own.setdefault(cell, {}), key, counted.get(cell, 0))
                self.touched.add(cell)
            # A region that was made or taken away just now is of no list yet.
            for place in self.around.get(cell[0]) or self._around(cell[0]):
                if not adds_up:
                    self.changes[place, cell[1]][key] = None  # how much only a new count of the whole can tell
                    self.changes[place, ALL_TIME][key] = None
                elif change:
                    self.changes[place, cell[1]][key] += change

    def _look_around(self, places):
        """Of each of those places, of all without any: the place itself and every region around it, up to the whole campaign."""
        regions = Region.objects.all()
        if places is not None:
            regions = regions.filter(pk__in={place[:length] for place in places for length in range(2, len(place) + 1)})
        self.regions = set(regions.values_list("pk", flat=True))
        for place in {*(self.regions if places is None else places), *(place for place, _month in self.own), WHOLE}:
            self.around[place] = self._around(place)

    def _around(self, place):
        return [WHOLE, *(place[:n] for n in range(2, len(place) + 1) if place[:n] in self.regions)]

    def write(self):
        """Write what changed. One query for each some thousand cells, and one to read the places around."""
        rows = [self._cell(cell, True, self.own[cell]) for cell in self.touched]
        places = {place for place, _month in self.changes}
        around = Cell.objects.filter(campaign=self.campaign, own=False, place__in=places)
        before = {(place, month): figures for place, month, figures in around.values_list("place", "month", "figures")}
        for cell, changes in self.changes.items():
            figures = before.get(cell, {})
            for key, change in changes.items():
                if change is None:
                    figures[key] = None
                else:
                    _put(figures, key, number(figures.get(key, 0)) + change)
            rows.append(self._cell(cell, False, figures))
        _write(rows)

    def count_wholes(self, reading, places):
        """Count a figure that does not add up for the places around those, for all places without any; `write_wholes` writes it.

        Two queries for each length of their codes.
        """
        self._look_around(places)
        codes = {code for around in self.around.values() for code in around}
        by_length = defaultdict(set)
        for code in codes:
            by_length[len(code)].add(code)
        counted = {}
        for length, same in by_length.items():
            found = whole_cells(reading.declared, self.scope, length, within=None if places is None else same)
            counted |= {cell: figure for cell, figure in found.items() if cell[0] in same}
        self.wholes = reading.key, codes, counted

    def write_wholes(self):
        """Write what `count_wholes` counted. One query to read the cells, and one for each some thousand."""
        key, codes, counted = self.wholes
        cells = Cell.objects.filter(campaign=self.campaign, own=False, place__in=codes)
        before = {(place, month): figures for place, month, figures in cells.values_list("place", "month", "figures")}
        rows = []
        for cell in counted.keys() | {cell for cell, figures in before.items() if key in figures}:
            figures = before.get(cell, {})
            _put(figures, key, counted.get(cell, 0))
            rows.append(self._cell(cell, False, figures))
        _write(rows)

    def _cell(self, cell, own, figures):
        return Cell(campaign=self.campaign, place=cell[0], own=own, month=cell[1], figures=figures)


def _put(figures, key, value):
    """Keep the number; 0 is kept by leaving it out."""
    if value:
        figures[key] = value
    else:
        figures.pop(key, None)


def _write(rows):
    rows.sort(key=lambda cell: (cell.own, cell.place, cell.month))
    Cell.objects.bulk_create(
        rows, batch_size=WRITTEN_AT_ONCE, update_conflicts=True, update_fields=["figures"],
        unique_fields=["campaign", "own", "place", "month"],
    )  # fmt: skip
