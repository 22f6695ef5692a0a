"""Who may see what: the one place that turns an officer's grants into a filter."""

from dataclasses import dataclass

from django.db import models
from django.db.models import Q

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
        for path in self.people:
            made |= Q(**{path: officer.pk})
        if self.unit and officer.unit_id:
            made |= Q(**{self.unit: officer.unit_id})
        return made

    def granted(self, grant):
        """Records inside one grant: its operation's, or those of its region (and of its department, when it names one)."""
        if grant.operation_key:
            return Q(**{self.operation: grant.operation_key}) if self.operation else Q(pk__in=[])
        inside = Q(pk__in=[])
        for path in self.regions:
            inside |= Q(**{f"{path}__startswith": grant.region_id})
        if grant.department_id and self.departments:
            theirs = Q(pk__in=[])
            for path in self.departments:
                theirs |= Q(**{path: grant.department_id})
            inside &= theirs
        return inside


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
        paths = self.model.scope
        seen = paths.made_by(officer)
        for grant in officer.grants_in_force(on or today()):
            seen |= paths.granted(grant)
        if not self._through_many(seen):
            return self.filter(seen)  # one plan with whatever else is asked: as a subquery it was eight times as slow
        # A subquery, because a path through many rows (officers present, places of an interview) would repeat the record.
        return self.filter(pk__in=self.model._base_manager.filter(seen).values("pk"))

    def _through_many(self, condition) -> bool:
        """Whether a lookup of the condition passes through many rows of another model."""
        for child in condition.children:
            if isinstance(child, Q):
                if self._through_many(child):
                    return True
                continue
            model = self.model
            for step in child[0].split("__"):
                if step == "pk" or model is None or step not in {field.name for field in model._meta.get_fields()}:
                    break
                field = model._meta.get_field(step)
                if field.one_to_many or field.many_to_many:
                    return True
                model = field.related_model
        return False

    def inside(self, region_code):
        """Records of the region with that code and of everything inside it."""
        return self.filter(region__code__startswith=region_code)
