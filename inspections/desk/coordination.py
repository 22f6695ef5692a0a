"""Plans, meetings, bulletins; and who must do what by when."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.desk.declare import Deed, Desk
from inspections.desk.forms import DayForm, DeedForm, ReasonForm, RecordForm
from inspections.models import Assignment, CoordinationEvent

Status, Event = Assignment.Status, CoordinationEvent.Status


class CoordinationEventForm(RecordForm):
    class Meta:
        model = CoordinationEvent
        fields = ("kind", "title", "held_on", "number", "summary", "region")
        widgets = {"summary": forms.Textarea({"rows": 6})}

    @classmethod
    def read_address(cls, query, *, by):
        """The address may propose a kind."""
        given = super().read_address(query, by=by)
        return given | {"initial": {"kind": query["kind"]}} if query.get("kind") in CoordinationEvent.Kind else given

    def write(self):
        """A new bulletin begins as a draft."""
        if self.instance.pk is None:
            self.instance.begin(by=self.by)
        else:
            super().write()


class AssignmentForm(RecordForm):
    """What must be done, by whom, by when."""

    origins = ("event",)
    shown_at = {"assignment_due_not_before_given": "due_on"}

    class Meta:
        model = Assignment
        fields = ("what", "to_unit", "to_officer", "given_on", "due_on", "region")
        widgets = {"what": forms.Textarea({"rows": 2})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        event = self.given.get("event")
        if event is not None:
            self.initial["given_on"] = event.held_on
            del self.fields["region"]


class ReportForm(DayForm):
    """What was done, with what shows it."""

    feedback = forms.CharField(
        label=_("what was done"),
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Say what was done.")},
    )


def _is_read(event):
    return event.status != Event.FINAL


def _is_led_here(event):
    """A bulletin that was written here is read on its own page."""
    return event.paper is None


COORDINATION_EVENT = Desk(
    CoordinationEvent,
    CoordinationEventForm,
    deeds=(
        Deed("pass_on", _("Pass on to the next reviewer"), DeedForm, when=lambda e: _is_read(e) and _is_led_here(e)),
        Deed("send_back", _("Send back to the author"), ReasonForm, to=Event.DRAFT, when=_is_led_here),
    ),
    changeable=lambda event: (
        event.kind != CoordinationEvent.Kind.BULLETIN or event.status == Event.DRAFT and _is_led_here(event)
    ),
)
GIVER = {"right": "inspections.add_assignment", "by_whom": Assignment.is_given_by}
ASSIGNMENT = Desk(
    Assignment,
    AssignmentForm,
    deeds=(
        Deed("report", _("Report done"), ReportForm, to=Status.REPORTED),
        Deed("accept", _("Accept as done"), DayForm, to=Status.DONE, for_many=True, **GIVER),
        Deed(
            "send_back", _("Ask for more"), ReasonForm, **GIVER,
            when=lambda assignment: assignment.status == Status.REPORTED,
        ),
        Deed("withdraw", _("Withdraw"), ReasonForm, to=Status.WITHDRAWN, for_many=True, **GIVER),
    ),
    changeable=lambda assignment: assignment.status == Status.OPEN,
)  # fmt: skip
