"""Who takes over when an officer leaves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from entities.forms import VerbForm
from inspections.tasks import possible_assignees


class CloseAccountForm(VerbForm):
    """The colleague who gets the tasks, and why."""

    shown_at = {"assignee": "to"}

    to = forms.ModelChoiceField(
        label=_("tasks go to"), queryset=None, required=False, empty_label="—",
        error_messages={"invalid_choice": _("This officer is outside your scope or no longer works here: choose one from the list.")},
    )  # fmt: skip
    reason = forms.CharField(label=_("reason"), max_length=100, error_messages={"required": _("Say why.")})

    def __init__(self, *args, by, officer, has_tasks, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = possible_assignees(by).exclude(pk=officer.pk)
        self.fields["to"].label_from_instance = lambda one: f"{one} · {one.unit or '—'}"
        if not has_tasks:
            del self.fields["to"]
