"""Who may see what: the one place that turns an officer's grants into a filter."""

from copy import copy
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import connections, models
from django.db.models import Exists, Expression, F, Lookup, OuterRef, Q
from django.db.models.sql.where import AND

from entities.today import today

LONGEST_CODE = 12  # digits


def inside_of(path, code) -> Q:
    """Whether the region code at that path is this one or lies inside it.

    Said as a range, which every index on the code serves in its order: a pattern is served by one of its own only.
    """
    return Q(**{f"{path}__range": (code, code.ljust(LONGEST_CODE, "9"))})


@dataclass(frozen=True)
class ScopePaths:
    """Lookups by which a record is reached by a grant; written once on each model as `scope`.

    `entities` lead to the entity that the record is about, whose region it copied: where that lies now says more only of one
    that was relocated.
    """

    regions: tuple[str, ...] = ("region__code",)
    entities: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    operation: str = ""
    unit: str = ""
    people: tuple[str, ...] = ()

    def ways(self, officer, grants):
        """Every condition by itself under which a record is seen: made by the officer or their unit, or inside a grant."""
        yield from self.made_ways(officer)
        for grant in grants:
            yield from self._granted(grant)

    def made_ways(self, officer):
        """Every condition by itself under which the officer or their unit made a record: it stays visible wherever they are moved."""
        for path in self.people:
            yield Q(**{path: officer.pk})
        if self.unit and officer.unit_id:
            yield Q(**{self.unit: officer.unit_id})

    def _granted(self, grant):
        """Its operation's records, or those of its region (and of its department, when it names one)."""
        if grant.operation_key:
            if self.operation:
                yield Q(**{self.operation: grant.operation_key})
            return
        theirs = [None]
        if grant.department_id and self.departments:
            theirs = [Q(**{path: grant.department_id}) for path in self.departments]
        places = [inside_of(path, grant.region_id) for path in self.regions]
        for path in self.entities:
            places.append(
                Q(**{f"{path}__relocation__isnull": False}) & inside_of(f"{path}__region__code", grant.region_id)
            )
        for inside in places:
            yield from (inside if department is None else inside & department for department in theirs)

    def has_a_place(self, model) -> bool:
        """Whether every record of the model lies in some region: none of the links on one of the ways to it may be empty."""
        return any(_is_never_empty(model, path) for path in self.regions)


class Seen(Expression):
    """The condition of a scope, which still knows the ways that it joins: those that the row tells, and those on others.

    It is made by `condition` only where SQL is written of it: pages and counts ask way by way, and take it out before.
    """

    output_field = models.BooleanField()

    def __init__(self, model, condition, here, elsewhere, is_large):
        super().__init__()
        self.model, self.condition = model, condition
        self.here, self.elsewhere, self.is_large = here, elsewhere, is_large

    # Two scopes are never compared by what they say.
    __eq__, __hash__ = object.__eq__, object.__hash__

    def resolve_expression(self, query=None, *args, **kwargs):
        # As a subquery these rows get another name, but only if they have one: else a condition on the same table would mean itself.
        query.get_initial_alias()
        return copy(self)

    def as_sql(self, compiler, connection):
        if compiler.query.model is not self.model:
            raise RuntimeError("The scope of one kind of record was asked of another.")
        return compiler.compile(self.condition().resolve_expression(compiler.query))


@dataclass(frozen=True)
class Part:
    """What one way of seeing finds of some rows; `is_few` where that is little of the table, so that it is sorted sooner than
    looked for in the table's order; `place` is the column of the region that bounds it, where the row tells it."""

    rows: models.QuerySet
    is_few: bool = False
    place: str = ""


class ScopedQuerySet(models.QuerySet):
    """A queryset that can be narrowed to what one officer may see."""

    def visible_to(self, officer, *, on=None):
        """The records inside the officer's grants in force on that day, and those that they or their unit made.

        A record outside is answered as if it did not exist. One query for the grants, once per officer object.
        """
        if not officer.is_active:
            return self.none()
        if officer.is_superuser:
            return self.all()
        grants = officer.grants_in_force(on or today())
        if any(grant.opens_everything for grant in grants) and self.model.scope.has_a_place(self.model):
            return self.all()
        here, elsewhere = self.ways_to_see(officer, grants)
        return self.seen_by_ways(here, elsewhere, grants)

    def seen_by_ways(self, here, elsewhere, grants):
        """The rows that one of those conditions holds for, asked in the order that fits how much lies inside the grants."""
        is_large = any(grant.region.is_large and not grant.operation_key for grant in grants)
        made = self._row_by_row if is_large else self._gathered
        return self._where_seen(made, here, elsewhere, is_large)

    def _where_seen(self, made, here, elsewhere, is_large):
        return self.filter(Seen(self.model, lambda: made(here, elsewhere), here, elsewhere, is_large))

    def ways_to_see(self, officer, grants):
        """The conditions under which the officer sees a record: those that its own row tells, and those on others."""
        here, elsewhere = [], []
        for way in self.model.scope.ways(officer, grants):
            (here if _is_told_by_the_row(self.model, way) else elsewhere).append(way)
        return here, elsewhere

    def by_ways(self):
        """The same rows without their scope, and the parts of these that each way of seeing them finds.

        A part is read in any order through an index, which a condition that joins them all leaves no way to. A row may be in
        several. Without a scope there is one part, the rows themselves.
        """
        rows, seen = self._without_scope()
        if seen is None or len(seen.here) + len(seen.elsewhere) < 2:
            return self, [Part(self)]
        parts = [Part(rows.filter(way), not seen.is_large, _place_of(self.model, way)) for way in seen.here]
        return rows, parts + [Part(rows._reached(way), not seen.is_large) for way in seen.elsewhere]

    def loaded_by(self, keys):
        """The records of those keys with all that these rows would load; what narrowed the rows is not asked again of each."""
        of_the_row = all(
            getattr(part, "alias", self.model._meta.db_table) == self.model._meta.db_table
            for annotation in self.query.annotations.values()
            for part in annotation.flatten()
        )
        if not of_the_row:
            return self.filter(pk__in=keys)
        loaded = self.model._base_manager.using(self._db).filter(pk__in=keys)
        loaded.query.select_related = self.query.select_related
        loaded.query.deferred_loading = self.query.deferred_loading
        loaded.query.annotations = self.query.annotations.copy()
        loaded._prefetch_related_lookups = self._prefetch_related_lookups
        return loaded

    def first_keys(self, most, *, each_once=False):
        """The keys of so many of the rows, in no order, for counting whether there are more: those that each way finds.

        Of a large scope those that tell by themselves that they are seen are looked at together. With `each_once`, for a question
        that costs much of each row, a small scope is gathered first, since a row may be seen by several ways.
        """
        rows, seen = self._without_scope()
        if seen is None or len(seen.here) + len(seen.elsewhere) < 2 or seen.is_large and not seen.elsewhere:
            return self.values("pk")[:most]
        if each_once and not seen.is_large:
            return self.values("pk")[:most]
        first, *others = (part.values("pk")[:most] for part in self._apart())
        return first.union(*others)[:most]

    def one_by_one(self):
        """The same rows, for where something else names few of them: each is looked at by itself, and no others are gathered."""
        rows, seen = self._without_scope()
        if seen is None:
            return self
        return rows._where_seen(self._row_by_row, seen.here, seen.elsewhere, seen.is_large)

    def gathered(self):
        """The same rows, for where all of them are added up: the keys that each way finds by its own index, put together."""
        return self._seen_by(lambda _way: True)

    def made_by(self, officer):
        """Of these rows those that the officer or their unit made, which their scope holds anyway."""
        made = list(self.model.scope.made_ways(officer))
        _rows, seen = self._without_scope()
        if seen is None or not all(way in seen.here or way in seen.elsewhere for way in made):
            return self.filter(self._gathered(made, []))
        return self._seen_by(lambda way: way in made)

    def seen_otherwise(self, ways):
        """Of these rows those that their scope would hold without these ways; all of them where nothing narrows them."""
        return self._seen_by(lambda way: way not in ways)

    def found_by(self, conditions, *, apart):
        """The rows that fulfil one of the conditions, each once: looked at one by one, or, `apart`, found by each condition itself.

        Apart is for what few rows fulfil: each condition has its own index, which one that joins them all leaves no way to.
        SQLite looks at one by one, as it puts no pages together either.
        """
        together = connections[self.db].features.supports_slicing_ordering_in_compound
        if apart and together and len(conditions) > 1:
            rows, seen = self._without_scope()
            parts = [part.order_by() for part in (self._apart() if seen and seen.is_large else [self])]
            ways = [Q(pk__in=part._reached(condition).values("pk")) for condition in conditions for part in parts]
            return rows._where_seen(self._gathered, [], ways, is_large=False)
        return self._reached(reduce(or_, conditions))

    def _apart(self):
        """The rows by the ways of seeing them; of a large scope those together that the row tells. A row may be in several."""
        rows, seen = self._without_scope()
        if seen is None:
            return [self]
        near = [reduce(or_, seen.here)] if seen.is_large and seen.here else seen.here
        return [*(rows.filter(way) for way in near), *(rows._reached(way) for way in seen.elsewhere)]

    def _seen_by(self, is_wanted):
        """The rows that their scope holds by those of its ways."""
        rows, seen = self._without_scope()
        if seen is None:
            return self
        here, elsewhere = [list(filter(is_wanted, ways)) for ways in (seen.here, seen.elsewhere)]
        return rows._where_seen(self._gathered, here, elsewhere, is_large=False)

    def get(self, *args, **kwargs):
        """As Django's; one record is looked at by itself."""
        return super(ScopedQuerySet, self.one_by_one()).get(*args, **kwargs)

    def values_in_scope(self, field):
        """The values of a field among the rows, for `in`: gathered from each way of seeing them, so not in any order."""
        _rows, parts = self.order_by().by_ways()
        first, *others = (part.rows.values(field) for part in parts)
        return first.union(*others) if others else first

    def _without_scope(self):
        """The rows with the condition of their scope taken out, and that condition; None where there is none."""
        rows = self._chain()
        nodes = [rows.query.where]
        while nodes:
            node = nodes.pop()
            if node.negated or node.connector != AND:
                continue
            for child in node.children:
                if isinstance(getattr(child, "lhs", None), Seen):
                    node.children = [other for other in node.children if other is not child]
                    return rows, child.lhs
                if hasattr(child, "children"):
                    nodes.append(child)
        return rows, None

    def _reached(self, way):
        """The rows with something linked to them that fulfils the condition, each once."""
        model = self.model
        for path in _paths(way):
            for step in path.split("__"):
                field = next((field for field in model._meta.get_fields() if field.name == step), None)
                if field is None or not field.is_relation:
                    break
                if field.one_to_many or field.many_to_many:
                    return self.filter(pk__in=self.model._base_manager.order_by().filter(way).values("pk"))
                model = field.related_model
            model = self.model
        return self.filter(way)

    def _row_by_row(self, here, elsewhere):
        """For much of the table: looked at in the order of the list until the page is full, so what the row itself tells comes first."""
        seen = Q(pk__in=[])
        for way in here:
            seen |= way
        for way in elsewhere:
            seen |= self._linked(way)
        return seen

    def _gathered(self, here, elsewhere):
        """For little of it: the keys found by each way through its own index, put together."""
        rows = self.model._base_manager.order_by()
        ways = [*here, *elsewhere]
        if not ways:
            return Q(pk__in=[])
        if ways == here and len(ways) == 1:
            return ways[0]
        first, *others = [rows.filter(way).values("pk") for way in ways]
        return Q(pk__in=first.union(*others))

    def _linked(self, way):
        """The rows linked to others by a condition on those, without a join: one through many rows would repeat the record."""
        steps = [(*path.partition("__")[::2], value) for path, value in way.children]
        first = steps[0][0]
        if {step for step, _rest, _value in steps} == {first} and all(rest for _step, rest, _value in steps):
            field = self.model._meta.get_field(first)
            if field.many_to_one:
                linked = field.related_model._base_manager.order_by().filter(
                    **{rest: value for _, rest, value in steps}
                )
                return Q(Exists(linked.filter(pk=OuterRef(first))))
        return Q(Exists(self.model._base_manager.order_by().filter(way, pk=OuterRef("pk"))))

    def inside(self, region_code):
        """Records of the region with that code and of everything inside it."""
        return self.filter(inside_of("region__code", region_code))


def _paths(condition):
    """The paths that a condition asks along, however deep they lie in it."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from _paths(child)
        elif isinstance(child, tuple):
            yield child[0]
        elif isinstance(child, Lookup):
            yield from (part.name for part in child.lhs.get_source_expressions() if isinstance(part, F))


def _place_of(model, way) -> str:
    """The column of the region that the condition asks for, when it asks for nothing else; else nothing."""
    if len(way.children) != 1 or not isinstance(way.children[0], tuple) or not way.children[0][0].endswith("__range"):
        return ""
    return model._meta.get_field(way.children[0][0].split("__")[0]).attname


def _is_never_empty(model, path) -> bool:
    for step in path.split("__"):
        field = model._meta.get_field(step)
        if not field.concrete or field.many_to_many or field.null:
            return False
        model = field.related_model
    return True


def _is_told_by_the_row(model, way) -> bool:
    """Whether the condition reads columns of the record itself only: its own, or the key of what it is linked to."""
    for path, _value in way.children:
        first, _dots, rest = path.partition("__")
        if first == "pk":
            continue
        field = model._meta.get_field(first)
        if not field.concrete or field.many_to_many:
            return False
        steps = [step for step in rest.split("__") if step and step not in ("range", "in")]
        if steps and steps != [field.target_field.name]:
            return False
    return True
