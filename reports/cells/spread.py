"""How far a change reaches: from the places that were marked to the places whose figures may have changed."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q

from entities.models import Region
from inspections.models.record import Record


@dataclass
class Marked:
    """What marks say about one table: its places, the entities that left one, or that every place may have changed."""

    places: set[str] = field(default_factory=set)
    entities: set[int] = field(default_factory=set)
    everywhere: bool = False


def marked_by(marks) -> dict[str, Marked]:
    """The marks by their table."""
    found = defaultdict(Marked)
    for mark in marks:
        if mark.place is None:
            found[mark.source].everywhere = True
        else:
            found[mark.source].places.add(mark.place)
        if mark.entity is not None:
            found[mark.source].entities.add(mark.entity)
    return dict(found)


class Spread:
    """The places that the marks of a campaign reach. Some queries for each pair of linked tables, none for the marks of others."""

    def __init__(self, campaign, marked: dict[str, Marked]):
        self.campaign, self.marked = campaign, marked
        self._linked, self._beside = {}, {}

    def places(self, reading) -> set[str] | None:
        """The places where the figure may have changed: none of them (empty), or all (None)."""
        found, entities = set(), set()
        for model in reading.models:
            marked = self.marked.get(model._meta.db_table)
            if marked is None:
                continue
            if marked.everywhere:
                return None
            found |= marked.places
            entities |= marked.entities
            if model is not reading.model:
                found |= self._reached(model, reading)
        if found and reading.one_of:
            found |= self._places_beside(reading, frozenset(found), frozenset(entities))
        return found

    def _reached(self, start, reading):
        """The places of the counted rows that hang together with the marked places' rows of another table, by any way of links."""
        key = (start, reading.model, reading.models)
        if key not in self._linked:
            reached = defaultdict(set, {start: set(self.marked[start._meta.db_table].places)})
            queue = [(start, reached[start])]
            while queue:
                here, places = queue.pop()
                for there in reading.models:
                    if there is not start and _has_place(there):
                        new = self._over_the_links(here, places, there) - reached[there]
                        if new:
                            reached[there] |= new
                            queue.append((there, new))
            self._linked[key] = reached[reading.model]
        return self._linked[key]

    def _over_the_links(self, here, places, there):
        """The places of the rows there that are linked, either way, to rows here in those places."""
        rows = Q(pk__in=[])
        for name in _links(there, here):
            rows |= Q(pk__in=there._base_manager.filter(**{f"{name}__region__in": places}).values("pk"))
        for name in _links(here, there):
            rows |= Q(pk__in=here._base_manager.filter(region__in=places).values(name))
        if rows == Q(pk__in=[]):
            return set()
        linked = there._base_manager.filter(rows)
        if issubclass(there, Record):
            linked = linked.filter(campaign=self.campaign)
        return set(linked.order_by().values_list("region", flat=True).distinct())

    def _places_beside(self, reading, places, entities):
        """Where else the same entities (or pages) have records, of which only one counts: that one may lie there now."""
        key = (reading.model, reading.one_of, places, entities)
        if key not in self._beside:
            rows = reading.model._base_manager.filter(campaign=self.campaign).order_by()
            here = rows.filter(region__in=places).values(reading.one_of)
            beside = rows.exclude(region__in=places).values_list("region", flat=True).distinct()
            found = set(beside.filter(**{f"{reading.one_of}__in": here}))
            if entities:
                found |= set(beside.filter(entity__in=entities))
            self._beside[key] = found
        return self._beside[key]


def _has_place(model):
    return any(f.name == "region" and f.remote_field and f.remote_field.model is Region for f in model._meta.fields)


def _links(model, to):
    """The names of the model's links to that other one."""
    fields = (*model._meta.fields, *model._meta.many_to_many)
    return [f.name for f in fields if f.remote_field and f.remote_field.model is to]
