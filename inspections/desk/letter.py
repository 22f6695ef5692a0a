"""Letters: reminders to entities, and letters to certification bodies."""

from django.utils.translation import gettext_lazy as _

from inspections.desk.declare import Desk
from inspections.desk.fields import EntityField
from inspections.desk.forms import RecordForm
from inspections.models import Letter


class LetterForm(RecordForm):
    """To whom, about which entity, what it says; the stamped copy as a file."""

    entity = EntityField(required=False, label=_("about which entity"))

    class Meta:
        model = Letter
        fields = ("kind", "number", "sent_on", "addressee", "entity", "text", "region")

    def __init__(self, *args, entities=(), **kwargs):
        super().__init__(*args, entities=entities, **kwargs)
        self.fields["addressee"].required = False
        self.fields["addressee"].help_text = _("Empty: the entity itself.")
        self.fields["region"].help_text = _("With an entity, its region is taken.")
        self.order_fields(["kind", "entity", "addressee", "number", "sent_on", "text", "region"])
        if entities:
            self.initial["region"] = entities[0].region_id

    def clean(self):
        """A reminder goes to the entity unless somebody else is named."""
        values = super().clean()
        if not values.get("addressee") and not self.has_error("addressee"):
            entity = values.get("entity")
            if entity is None or values.get("kind") == Letter.Kind.CERTIFICATION_BODY:
                self.add_error("addressee", _("Enter to whom the letter goes."))
            else:
                values["addressee"] = entity.name[: Letter._meta.get_field("addressee").max_length]
        return values


LETTER = Desk(Letter, LetterForm)
