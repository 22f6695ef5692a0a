"""An officer's word on a visit that the office typed in from paper."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from entities.forms import VerbForm


class ConfirmForm(VerbForm):
    """Right as typed in, or not and why."""

    is_right = forms.TypedChoiceField(
        label=_("what was typed in"), choices=[("yes", _("is what the paper says")), ("no", _("is not: send it back"))],
        coerce=lambda text: text == "yes", widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it is what the paper says.")},
    )  # fmt: skip
    reason = forms.CharField(label=_("what is wrong"), max_length=200, required=False)

    def judge(self, visit, *, by, confirm) -> bool:
        """Confirm the visit by that verb, whose answer is in `result`, or send it back; whether it was done."""
        if self.cleaned_data["is_right"]:
            return self.applies(confirm, inspection=visit, by=by)
        return self.applies(visit.send_back, by=by, reason=self.cleaned_data["reason"])

    def clean_reason(self):
        reason = self.cleaned_data["reason"].strip()
        if self.cleaned_data.get("is_right") is False and not reason:
            raise ValidationError(_("Say what is typed in wrongly."))
        return reason
