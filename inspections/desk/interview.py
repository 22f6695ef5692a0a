"""Interviews: one session with one or many entities, and who came for each."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inspections.desk.declare import Desk
from inspections.desk.fields import EntitiesField, EntityField
from inspections.desk.forms import RecordForm
from inspections.models import Inspection, InspectionStatus, Interview, InterviewedEntity

REASON_LENGTH = Interview._meta.get_field("reason").max_length


class InterviewForm(RecordForm):
    """A session: when, by whom, with which entities, why; the minutes may follow later."""

    origins = ("inspection", "hazard")
    shown_at = {"interview_number_once_per_unit": "number"}

    entities = EntitiesField()
    persons = forms.CharField(
        label=_("who came for them"), required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("One on each line, in the order of the entities; an empty line where it is not known."),
    )  # fmt: skip

    class Meta:
        model = Interview
        fields = ("held_on", "level", "reason", "officers", "region", "number", "minutes")

    field_order = ("held_on", "entities", "persons", "level", "reason")

    def __init__(self, *args, entities=(), **kwargs):
        super().__init__(*args, entities=entities, **kwargs)
        if self.instance.pk:
            del self.fields["entities"], self.fields["persons"]
            return
        self.initial["officers"] = [self.by.pk]
        hazard = self.given.get("hazard")
        if hazard is not None:
            self.initial["reason"] = hazard.description[:REASON_LENGTH]
        if self.given:
            del self.fields["region"]
        elif entities:
            self.initial["region"] = entities[0].region_id

    def clean(self):
        values = super().clean()
        self.people = [line.strip() for line in values.pop("persons", "").splitlines()]
        if len(self.people) > len(values.get("entities", self.people)):
            self.add_error("persons", _("These are more lines than entities: one person for each entity."))
        longest = InterviewedEntity._meta.get_field("person").max_length
        for name in self.people:
            if len(name) > longest:
                self.add_error("persons", gettext("“%(name)s” is too long for a name.") % {"name": name[:longest]})
        return values

    def after(self, record, *, by):
        people = dict(enumerate(self.people))
        for number, entity in enumerate(self.cleaned_data.get("entities", ())):
            InterviewedEntity(interview=record, entity=entity, person=people.get(number, "")).store(by=by)


class InterviewedEntityForm(RecordForm):
    """One more entity of a session, or who came for one that is entered."""

    origins = ("interview",)
    shown_at = {"interviewed_entity_once_per_session": "entity"}

    entity = EntityField()

    class Meta:
        model = InterviewedEntity
        fields = ("entity", "person")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["entity"]

    def clean(self):
        values = super().clean()
        if self.instance.interview_id is None:
            self.add_error(None, _("Begin at the interview: open it and add the entity there."))
        return values


def _may_begin(origin):
    return not isinstance(origin, Inspection) or origin.status == InspectionStatus.SUBMITTED


INTERVIEW = Desk(Interview, InterviewForm, begins_at=_may_begin)
INTERVIEWED_ENTITY = Desk(
    InterviewedEntity, InterviewedEntityForm, begins_at=lambda origin: isinstance(origin, Interview), back="interview"
)
