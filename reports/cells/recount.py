"""Counting marked places again, and carrying what changed to every place around them."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import Q

from entities.models import Region
from reports.cells.count import nearest, own_and_whole_cells, own_cells, returned_cells, whole_cells
from reports.cells.summed import add
from reports.cells.write import write_cells
from reports.models import Cell
from reports.models.cell import ALL_TIME, RETURNED, WHOLE
from reports.scope import FigureScope


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
        self.changes = defaultdict(dict)  # by place and month; None is what only a new count of the whole can tell
        self.wholes = {}  # by key: the places of which it was counted, and their figures

    def load(self, places):
        """Read the cells of those places themselves, of all without any, and which regions lie around them. Two queries."""
        cells = Cell.objects.filter(campaign=self.campaign, own=True)
        if places is not None:
            cells = cells.filter(place__in={*places, WHOLE})
        self.own = {(place, month): figures for place, month, figures in cells.values_list("place", "month", "figures")}
        self.regions = _regions_around(places)

    def count(self, readings, places):
        """Count those figures again. The queries of `own_cells`."""
        counted = own_cells(readings, self.scope, places)
        added_up = {reading.key for reading in readings if reading.adds_up_over_places}
        self._carry(self._take(added_up, counted, places))
        for (place, month), figures in self._take({r.key for r in readings} - added_up, counted, places).items():
            for when in (month, ALL_TIME):
                self.changes[self._nearest(place), when].update(dict.fromkeys(figures))

    def count_returned(self, places):
        """Add up again what was returned. One query."""
        counted = returned_cells(self.campaign, places)
        told = set().union(*self.own.values(), *counted.values())
        keys = {key for key in told if key.startswith(RETURNED)}
        self._carry(self._take(keys, counted, places))

    def _take(self, keys, counted, places):
        """Keep those figures of the places themselves as counted; of each cell that has or had any of them, by how much each changed."""
        if not keys:
            return {}
        known = {cell for cell in self.own if places is None or cell[0] in places or cell[0] == WHOLE}
        taken = {}
        for cell in known | counted.keys():
            now, kept = counted.get(cell, {}), self.own.setdefault(cell, {})
            if not kept and now.keys() <= keys:  # all of it is new
                changes = now
                kept.update(now)
            else:
                named = (keys & now.keys()) | (keys & kept.keys())
                changes = {key: now.get(key, 0) - number(kept.get(key, 0)) for key in named}
                for key in named:
                    _put(kept, key, now.get(key, 0))
            if changes:
                taken[cell] = changes
                if any(changes.values()):
                    self.touched.add(cell)
        return taken

    def _carry(self, taken):
        """Note what changed at those places, to be added to the places around them."""
        for (place, month), changes in taken.items():
            if any(changes.values()):
                add(self.changes[self._nearest(place), month], changes)

    def _nearest(self, place):
        """The place, or the innermost region around it where it is none: it was made or taken away just now."""
        return nearest(place, self.regions)

    def write(self):
        """Write what changed. One query for each some thousand cells, and one to read the places around."""
        self._carry_outwards()
        places = {place for place, _month in self.changes}
        codes = set()
        for inside, counted in self.wholes.values():
            codes |= inside
            places |= {place for place, _month in counted}
        said = Q(place__in=places) | Q(place__in=codes, figures__has_any_keys=list(self.wholes))
        around = Cell.objects.filter(said, campaign=self.campaign, own=False)
        whole = {(place, month): figures for place, month, figures in around.values_list("place", "month", "figures")}
        changed = set(self.changes)
        for cell, changes in self.changes.items():
            if cell not in whole:
                whole[cell] = {key: change for key, change in changes.items() if change != 0}
                continue
            figures = whole[cell]
            for key, change in changes.items():
                if change is None:
                    figures[key] = None
                else:
                    _put(figures, key, number(figures.get(key, 0)) + change)
        for key, (inside, counted) in self.wholes.items():
            kept = {cell for cell, figures in whole.items() if key in figures and cell[0] in inside}
            for cell in counted.keys() | kept:
                figures = whole.setdefault(cell, {})
                if figures.get(key, 0) != counted.get(cell, 0):
                    _put(figures, key, counted.get(cell, 0))
                    changed.add(cell)
        rows = [(True, *cell, self.own[cell]) for cell in self.touched]
        rows += [(False, *cell, whole[cell]) for cell in changed]
        write_cells(self.campaign, rows)

    def _carry_outwards(self):
        """Add the changes of each place to those of the place around it, the innermost first, up to the whole campaign."""
        for length in range(max((len(place) for place, _month in self.changes), default=0), 0, -1):
            for (place, month), changes in [found for found in self.changes.items() if len(found[0][0]) == length]:
                add(self.changes[self._nearest(place[:-1]), month], changes)

    def count_whole(self, reading, places):
        """Count a figure that does not add up for the places around those. Two queries."""
        codes = {*_regions_around(places), WHOLE}
        self.wholes[reading.key] = codes, whole_cells(reading.declared, self.scope, codes)

    def count_own_and_whole(self, readings):
        """Count figures that do not add up for all places, and for all around them. One query for each."""
        codes, counted = {*self.regions, WHOLE}, defaultdict(dict)
        for reading in readings:
            own, whole = own_and_whole_cells(reading.declared, self.scope, codes)
            for cell, figure in own.items():
                counted[cell][reading.key] = figure
            self.wholes[reading.key] = codes, whole
        self._take({reading.key for reading in readings}, counted, None)


def _regions_around(places) -> set[str]:
    """Those of the places that are regions, and the regions around them; all regions for None."""
    regions = Region.objects.all()
    if places is not None:
        regions = regions.filter(pk__in={place[:length] for place in places for length in range(2, len(place) + 1)})
    return set(regions.values_list("pk", flat=True))


def _put(figures, key, value):
    """Keep the number; 0 is kept by leaving it out."""
    if value:
        figures[key] = value
    else:
        figures.pop(key, None)
