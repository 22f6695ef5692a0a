"""Trainings, publicity, events, and the duties that entities fulfil."""

from django.utils.translation import gettext_lazy as _

from inspections.desk.declare import Desk
from inspections.desk.fields import EntityField
from inspections.desk.forms import RecordForm
from inspections.models import Duty, OutreachEvent, Publicity, Training


class TrainingForm(RecordForm):
    shown_at = {"training_has_participants": "directors"}

    class Meta:
        model = Training
        fields = ("title", "held_on", "region", "directors", "quality_officers", "others", "enterprises")


class PublicityForm(RecordForm):
    shown_at = {"publicity_quantity_positive": "quantity"}

    class Meta:
        model = Publicity
        fields = ("kind", "title", "produced_on", "quantity", "region")


class OutreachEventForm(RecordForm):
    class Meta:
        model = OutreachEvent
        fields = ("kind", "title", "held_on", "participants", "region")


class DutyForm(RecordForm):
    """What the entity did, and who was appointed."""

    shown_at = {"duty_appointment_names_person": "person", "duty_ends_after_it_begins": "ended_on"}

    entity = EntityField()

    class Meta:
        model = Duty
        fields = ("entity", "kind", "person", "done_on", "ended_on")
        help_texts = {"person": _("Of an appointment: who was appointed.")}

    def write(self):
        """The register follows what is recorded and what is corrected."""
        version = self.cleaned_data.get("version") if self.instance.pk else None
        self.instance.record(by=self.by, version=version)


TRAINING = Desk(Training, TrainingForm)
PUBLICITY = Desk(Publicity, PublicityForm)
OUTREACH_EVENT = Desk(OutreachEvent, OutreachEventForm)
DUTY = Desk(Duty, DutyForm)
