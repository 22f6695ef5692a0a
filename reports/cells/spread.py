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
        self._linked, self._first = {}, {}

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
        if found and reading.counts_first_records:
            found |= self._places_of_same_entities(reading.model, frozenset(found), frozenset(entities))
        return found

    def _reached(self, start, reading):
        """The places of the counted rows that hang together with the marked places' rows of another table, link by link."""
        key = (start, reading.model, reading.models)
        if key not in self._linked:
            reached, queue = {start: set(self.marked[start._meta.db_table].places)}, [start]
            while queue:
                here = queue.pop(0)
                for there in reading.models:
                    if there not in reached and _has_place(there):
                        places = self._over_the_link(here, reached[here], there)
                        if places is not None:
                            reached[there] = places
                            queue.append(there)
            self._linked[key] = reached.get(reading.model, set())
        return self._linked[key]

    def _over_the_link(self, here, places, there):
        """The places of the rows there that are linked to rows here in those places; None where nothing links them."""
        rows = Q(pk__in=[])
        links = _links(there, here)
        for name in links:
            rows |= Q(**{f"{name}__region__in": places})
        back = _links(here, there)
        for name in back:
            rows |= Q(pk__in=here._base_manager.filter(region__in=places).values(name))
        if not links and not back:
            return None
        linked = there._base_manager.filter(rows)
        if issubclass(there, Record):
            linked = linked.filter(campaign=self.campaign)
        return set(linked.order_by().values_list("region", flat=True).distinct())

    def _places_of_same_entities(self, model, places, entities):
        """Where else the entities have records that have some in those places: their first record may lie there now."""
        key = (model, places, entities)
        if key not in self._first:
            rows = model._base_manager.filter(campaign=self.campaign)
            here = rows.filter(region__in=places).values("entity")
            same = rows.filter(Q(entity__in=here) | Q(entity__in=entities)).exclude(region__in=places)
            self._first[key] = set(same.order_by().values_list("region", flat=True).distinct())
        return self._first[key]


def _has_place(model):
    return any(f.name == "region" and f.remote_field and f.remote_field.model is Region for f in model._meta.fields)


def _links(model, to):
    """The names of the model's links to that other one."""
    return [f.name for f in model._meta.fields if f.remote_field and f.remote_field.model is to]
