"""What entities do themselves for product safety."""

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from entities.models import Entity
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.record import OfEntity, Record, WithEvidence


class Duty(OfEntity, WithEvidence, Record):
    """A duty that an entity fulfilled (主体责任落实): somebody appointed, a pledge signed, a record kept, an exam held."""

    class Kind(models.TextChoices):
        DIRECTOR = "director", _("quality-safety director appointed")
        OFFICER = "officer", _("quality-safety officer appointed")
        PLEDGE = "pledge", _("pledge signed")
        DISPATCH = "dispatch", _("monthly dispatch record kept")
        EXAM = "exam", _("exam held")

    POSTS = {Kind.DIRECTOR: "quality_director", Kind.OFFICER: "quality_officer"}

    date_field = "done_on"

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name=_("entity"), related_name="duties")
    done_on = models.DateField(_("date"))
    person = models.CharField(_("person"), max_length=50, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    scope = ScopePaths(entities=("entity",), unit="unit", people=("created_by",))

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
    def record(self, *, by, on=None, version=None):
        """Write it, and what the register says of the entity with it; returns itself.

        The register names who holds a post now: one who left it is struck out, an appointment of long ago changes nothing.
        """
        self.store(by=by, on=on, version=version)
        entity = self.entity
        entity.lock()
        if self.kind == self.Kind.PLEDGE:
            said = {"pledged_on": max(filter(None, [entity.pledged_on, self.done_on]))}
        elif self.kind in self.POSTS:
            said = {self.POSTS[self.kind]: self._holder(getattr(entity, self.POSTS[self.kind]), on=on or today())}
        else:
            return self
        if any(getattr(entity, name) != value for name, value in said.items()):
            for name, value in said.items():
                setattr(entity, name, value)
            entity.store(by=by, reason=str(self))
        return self

    def _holder(self, registered, *, on):
        """Who holds the post after this appointment, when the register named `registered` until now."""
        if self.ended_on and self.ended_on <= on:
            return "" if registered == self.person else registered
        later = Duty.objects.filter(entity=self.entity, kind=self.kind, done_on__gt=self.done_on)
        return registered if later.exists() else self.person
