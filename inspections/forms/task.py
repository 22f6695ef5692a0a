"""Assigning tasks, giving them to others or taking them back, and the filters of their list."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from entities.choices import code_in, offer, placed_near, regions_near
from entities.forms import WRONG_DAY, DayInput, VerbForm
from entities.models import Officer, Region
from entities.today import today
from inspections.models import Task, TaskState
from inspections.tasks import possible_assignees


def _with_unit(officer):
    return f"{officer} · {officer.unit or '—'}"


class AssignForm(VerbForm):
    """Who gets the entities of a list, for what, and until when."""

    purpose = forms.ChoiceField(label=_("purpose"), choices=Task.Purpose)
    due_on = forms.DateField(
        label=_("due on"), widget=DayInput,
        error_messages={"required": _("Enter until when it must be done."), "invalid": WRONG_DAY},
    )  # fmt: skip
    assignees = forms.ModelMultipleChoiceField(
        label=_("officers"), queryset=None, widget=forms.CheckboxSelectMultiple,
        help_text=_("The entities are shared out evenly among them, neighbours together."),
        error_messages={
            "required": _("Choose at least one officer."),
            "invalid_choice": _("One of the officers no longer works here or left your scope: choose again."),
        },
    )  # fmt: skip
    note = forms.CharField(label=_("note"), max_length=200, required=False)

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assignees"].queryset = possible_assignees(by)
        self.fields["assignees"].label_from_instance = _with_unit


class ReassignForm(VerbForm):
    """To whom, why, and perhaps until when."""

    shown_at = {"assignee": "to"}

    to = forms.ModelChoiceField(
        label=_("give to"), queryset=None, empty_label="—",
        error_messages={
            "required": _("Choose an officer."),
            "invalid_choice": _("This officer is outside your scope or no longer works here: choose one from the list."),
        },
    )  # fmt: skip
    due_on = forms.DateField(
        label=_("new due date"), widget=DayInput, required=False, error_messages={"invalid": WRONG_DAY},
        help_text=_("Empty: each keeps its date."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("reason"), max_length=100, error_messages={"required": _("Say why it changes hands.")}
    )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = possible_assignees(by)
        self.fields["to"].label_from_instance = _with_unit


class WithdrawForm(VerbForm):
    """Why it need not be done."""

    reason = forms.CharField(
        label=_("reason"), max_length=100, error_messages={"required": _("Say why it need not be done.")}
    )


ANY = "any"


class TaskFilterForm(forms.Form):
    """Search and filters of the tasks, kept in the URL; without any, what is still to do."""

    q = forms.CharField(label=_("Name, initials, credit code, address or phone"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("status"), required=False,
        choices=[
            ("", _("to do")),
            *((state.value, state.label) for state in (TaskState.OVERDUE, TaskState.DONE, TaskState.WITHDRAWN)),
            (ANY, _("to do or done")),
        ],
    )  # fmt: skip
    purpose = forms.ChoiceField(label=_("purpose"), required=False, choices=[("", _("all")), *Task.Purpose.choices])
    officer = forms.ModelChoiceField(label=_("assigned to"), required=False, queryset=None, empty_label=_("all"))
    region = forms.ModelChoiceField(label=_("region"), required=False, queryset=None, empty_label=_("all"))
    itself = forms.BooleanField(label=_("only the region itself, not what lies in it"), required=False)

    def __init__(self, *args, by, tasks, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        # Also those who left: their tasks are listed until somebody else has them.
        officers = Officer.objects.filter(pk__in=tasks.values_in_scope("assignee"))
        code = code_in(self.data)
        offer(self.fields["officer"], officers, placed_near(officers, code, path="unit__region__code"))
        visible = Region.objects.visible_to(by).values("pk")
        regions = Region.objects.filter(Q(pk__in=visible) | Q(pk__in=tasks.values_in_scope("region")) | Q(pk=code))
        # Any area may be asked for, as the progress of its tasks leads to them: the tasks themselves are those in scope.
        offer(self.fields["region"], Region.objects.all(), regions_near(regions, code))
        self.fields["q"].widget.attrs |= {"type": "search", "autocomplete": "off"}
        self.fields["q"].widget.input_type = "search"

    def narrow(self, tasks):
        """The tasks that fit; a filter that makes no sense leaves none."""
        if not self.is_valid():
            return tasks.none()
        values = self.cleaned_data
        tasks = {
            "": lambda: tasks.pending(),
            TaskState.OVERDUE: lambda: tasks.overdue(on=today()),
            TaskState.DONE: lambda: tasks.done(),
            TaskState.WITHDRAWN: lambda: tasks.withdrawn(),
            ANY: lambda: tasks.standing(),
        }[values["state"]]()
        if values["q"]:
            tasks = tasks.of_entities_matching(values["q"])
        if values["purpose"]:
            tasks = tasks.filter(purpose=values["purpose"])
        if values["officer"]:
            tasks = tasks.filter(assignee=values["officer"])
        if values["region"]:
            tasks = tasks.filter(region=values["region"]) if values["itself"] else tasks.inside(values["region"].code)
        return tasks
