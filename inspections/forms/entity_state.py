"""An entity that closed, moved, cannot be found, changed trade, or is open again."""

from django import forms
from django.utils.translation import gettext_lazy as _

from entities.forms import WRONG_DAY, DayInput, SeenForm
from entities.models import EntityState


class EntityStateForm(SeenForm):
    """The new state, since when, and why."""

    shown_at = {"state": "to", "state_on": "on", "state_reason": "reason", "entity_state_has_its_date": "reason"}

    to = forms.ChoiceField(
        label=_("new state"), widget=forms.RadioSelect, error_messages={"required": _("Choose the new state.")}
    )
    on = forms.DateField(
        label=_("since"), widget=DayInput, error_messages={"required": _("Enter the date."), "invalid": WRONG_DAY}
    )
    reason = forms.CharField(
        label=_("reason"), max_length=200, widget=forms.Textarea({"rows": 3}),
        help_text=_("What you saw or who told you; it stays with the entity."),
        error_messages={"required": _("Say why the state changes.")},
    )  # fmt: skip

    def __init__(self, *args, entity, **kwargs):
        super().__init__(*args, record=entity, **kwargs)
        self.fields["to"].choices = [choice for choice in EntityState.choices if choice[0] != entity.state]
        self.fields["to"].error_messages["invalid_choice"] = _("The entity is in this state already: choose another.")
