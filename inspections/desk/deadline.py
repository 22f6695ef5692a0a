"""Deadlines: more days, days that do not count."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.desk.declare import Deed, Desk
from inspections.desk.forms import DayForm, ReasonForm
from inspections.models import Deadline


class ReasonOnDayForm(ReasonForm, DayForm):
    """On which day, and why."""


class ExtendDeadlineForm(ReasonOnDayForm):
    """How many days more, and why."""

    days = forms.IntegerField(label=_("days more"), min_value=1, max_value=3650)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        left = self.record.extension_days - self.record.extended_by
        self.fields["days"].help_text = _("The law allows at most %(left)d more.") % {"left": left}
        self.fields["on"].label = _("decided on")
        self.order_fields(["days", "reason", "on"])


def _counts(deadline):
    return deadline.is_running and deadline.suspended_on is None


DEADLINE = Desk(
    Deadline,
    None,
    deeds=(
        Deed(
            "extend", _("Extend"), ExtendDeadlineForm,
            when=lambda d: d.is_running and d.extended_by < d.extension_days,
        ),
        Deed("suspend", _("Let it stand still"), ReasonOnDayForm, when=_counts),
        Deed("resume", _("Let it go on"), DayForm, when=lambda d: d.is_running and d.suspended_on is not None),
    ),
)  # fmt: skip
