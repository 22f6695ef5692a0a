"""Which visits: who sees them, which count, whose they are."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from entities.models import Entity, EntityKind
from entities.models.unit import MARKET
from inspections.models.record import RecordQuerySet
from inspections.models.visit import InspectionStatus, Outcome

# Who was inspected by others so lately is warned of before another visit.
RECENT_DAYS = 30


class InspectionQuerySet(RecordQuerySet):
    def visible_to(self, officer, *, on=None):
        """The records in scope; a draft is its author's alone."""
        seen = super().visible_to(officer, on=on)
        if officer.is_superuser:
            return seen
        return seen.exclude(~Q(created_by=officer.pk), status=InspectionStatus.DRAFT)

    def submitted(self):
        """Submitted and not voided."""
        return self.filter(status=InspectionStatus.SUBMITTED)

    def inspected(self):
        """Visits in the sense of 家次: submitted, and the entity was really inspected."""
        return self.submitted().filter(outcome=Outcome.INSPECTED)

    def led_by_market_supervision(self):
        """Led by a unit of the market supervision department."""
        return self.filter(unit__department=MARKET)

    def of_trade(self):
        """Of entities whose main kind is producer, parts producer or seller."""
        return self.filter(entity_kind__in=[EntityKind.PRODUCER, EntityKind.PARTS_PRODUCER, EntityKind.SELLER])

    def drafts_of(self, officer):
        """What the officer began and has not submitted."""
        return self.filter(status=InspectionStatus.DRAFT, created_by=officer)

    def to_be_confirmed_by(self, officer):
        """Typed in by the office from paper for officers named there, of whom this one has not confirmed it yet."""
        waiting = self.filter(status=InspectionStatus.AWAITING_CONFIRMATION, officers=officer.pk)
        return waiting.exclude(confirmed_by=officer.pk)

    def recent_of(self, entity, *, before, days=RECENT_DAYS):
        """Visits to the entity in so many days up to that day; the latest first."""
        places = Entity.objects.at_the_place_of(entity.pk)
        since = before - timedelta(days=days)
        return (
            self.inspected()
            .filter(entity__in=places, inspected_on__range=(since, before))
            .order_by("-inspected_on", "-pk")
        )

    def without(self, officer):
        """Visits at which the officer was not present."""
        return self.exclude(officers=officer.pk)

    def last_companions(self, officer) -> list[int]:
        """The keys of who was with the officer at their last submitted visit. Two queries."""
        last = self.submitted().filter(created_by=officer.pk).order_by("-submitted_at").first()
        if last is None:
            return []
        return list(last.officers.exclude(pk=officer.pk).filter(is_active=True).values_list("pk", flat=True))

    def delete(self):
        """Only drafts may go; anything else is refused."""
        if self.exclude(status=InspectionStatus.DRAFT).exists():
            return super().delete()
        return models.QuerySet.delete(self)
