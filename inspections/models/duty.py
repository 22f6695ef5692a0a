"""What entities do themselves for product safety."""

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from entities.models import Entity
from entities.scope import ScopePaths
from inspections.models.record import OfEntity, Record, WithEvidence


class Duty(OfEntity, WithEvidence, Record):
    """A duty that an entity fulfilled (主体责任落实): somebody appointed, a pledge signed, a record kept, an exam held."""

    class Kind(models.TextChoices):
        DIRECTOR = "director", _("quality-safety director appointed")
        OFFICER = "officer", _("quality-safety officer appointed")
        PLEDGE = "pledge", _("pledge signed")
        DISPATCH = "dispatch", _("monthly dispatch record kept")
        EXAM = "exam", _("exam held")

    date_field = "done_on"

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name=_("entity"), related_name="duties")
    done_on = models.DateField(_("date"))
    person = models.CharField(_("person"), max_length=50, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    scope = ScopePaths(regions=("region__code", "entity__region__code"), unit="unit", people=("created_by",))

    class Meta:
        verbose_name = _("duty fulfilled")
        verbose_name_plural = _("duties fulfilled")
        ordering = ["-done_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="duty_appointment_names_person",
                condition=~Q(kind__in=["director", "officer"]) | ~Q(person=""),
                violation_error_message=_("Say who was appointed."),
            ),
            models.CheckConstraint(
                name="duty_ends_after_it_begins",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("done_on")),
                violation_error_message=_("It ends on or after the day it began."),
            ),
        ]

    def __str__(self):
        return " · ".join(part for part in (self.get_kind_display(), self.person) if part)

    @transaction.atomic
    def record(self, *, by, on=None):
        """Write it, and what the register says of the entity with it."""
        self.store(by=by, on=on)
        entity = self.entity
        entity.lock()
        if self.kind == self.Kind.PLEDGE:
            entity.pledged_on = max(filter(None, [entity.pledged_on, self.done_on]))
        elif self.kind == self.Kind.DIRECTOR:
            entity.quality_director = self.person
        elif self.kind == self.Kind.OFFICER:
            entity.quality_officer = self.person
        else:
            return self
        entity.store(by=by, reason=str(self))
        return self
