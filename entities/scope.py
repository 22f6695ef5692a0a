"""Who may see what: the one place that turns an officer's grants into a filter."""

from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, OuterRef, Q

from entities.today import today


@dataclass(frozen=True)
class ScopePaths:
    """Lookups by which a record is reached by a grant; written once on each model as `scope`."""

    regions: tuple[str, ...] = ("region__code",)
    departments: tuple[str, ...] = ()
    operation: str = ""
    unit: str = ""
    people: tuple[str, ...] = ()

    def made_by(self, officer):
        """Records that the officer or their unit made: these stay visible wherever the officer is moved."""
        made = Q(pk__in=[])
        for way in self._made_by(officer):
            made |= way
        return made

    def ways(self, officer, grants):
        """Every condition by itself under which a record is seen: made by the officer or their unit, or inside a grant."""
        yield from self._made_by(officer)
        for grant in grants:
            yield from self._granted(grant)

    def _made_by(self, officer):
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
        for path in self.regions:
            inside = Q(**{f"{path}__startswith": grant.region_id})
            yield from (inside if department is None else inside & department for department in theirs)


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
        here, elsewhere = self.ways_to_see(officer, grants)
        if any(grant.region.is_large and not grant.operation_key for grant in grants):
            return self.filter(self._row_by_row(here, elsewhere))
        return self.filter(self._gathered(here, elsewhere))

    def ways_to_see(self, officer, grants):
        """The conditions under which the officer sees a record: those that its own row tells, and those on others."""
        here, elsewhere = [], []
        for way in self.model.scope.ways(officer, grants):
            (here if _is_told_by_the_row(self.model, way) else elsewhere).append(way)
        return here, elsewhere

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
        if len(way.children) == 1:
            (path, value) = way.children[0]
            first, _dots, rest = path.partition("__")
            field = self.model._meta.get_field(first)
            if field.many_to_one and rest:
                linked = field.related_model._base_manager.order_by().filter(**{rest: value})
                return Q(Exists(linked.filter(pk=OuterRef(first))))
        return Q(pk__in=self.model._base_manager.order_by().filter(way).values("pk"))

    def inside(self, region_code):
        """Records of the region with that code and of everything inside it."""
        return self.filter(region__code__startswith=region_code)


def _is_told_by_the_row(model, way) -> bool:
    """Whether the condition reads columns of the record itself only: its own, or the key of what it is linked to."""
    for path, _value in way.children:
        first, _dots, rest = path.partition("__")
        if first == "pk":
            continue
        field = model._meta.get_field(first)
        if not field.concrete or field.many_to_many:
            return False
        steps = [step for step in rest.split("__") if step and step not in ("startswith", "in")]
        if steps and steps != [field.target_field.name]:
            return False
    return True
