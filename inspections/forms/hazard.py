"""What happens to a hazard after it was found: put right, judged, given more time, closed otherwise."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from entities.choices import code_in, offer, regions_near
from entities.forms import WRONG_DAY, DayInput, SeenForm, VerbForm
from entities.models import Department, Entity, Region
from entities.today import today
from entities.word_search import words_in
from inspections.forms.files import EvidenceField
from inspections.models import Evidence, Hazard, HazardCategory, HazardStatus, Rectification, Severity, Verdict
from inspections.models.evidence import files_as_written


class RectifyForm(VerbForm):
    """What was done to put the hazard right, with the photos that show it."""

    measures = forms.CharField(
        label=_("measures taken"),
        help_text=_("What was done, by whom, and what the place looks like now."),
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Say what was done to put it right.")},
    )
    submitted_on = forms.DateField(
        label=_("put right on"), widget=DayInput,
        error_messages={"required": _("Enter the date."), "invalid": WRONG_DAY},
    )  # fmt: skip
    photos = EvidenceField(
        label=_("photos after"), required=False,
        help_text=_("JPEG, PNG, WebP, HEIC or PDF, up to 20 MB each. Without one, an inspector can't accept it."),
    )  # fmt: skip
    on_the_spot = forms.BooleanField(label=_("rectified on the spot"), required=False)

    def clean_submitted_on(self):
        """Not in the future: the verb takes this day for the day of judgement, so it can't tell."""
        day = self.cleaned_data["submitted_on"]
        if day > today():
            raise ValidationError(
                _("This date is in the future: today is %(day)s."), params={"day": today().isoformat()}
            )
        return day

    def submit(self, hazard, *, by) -> bool:
        """The attempt and its photos, all or nothing; false when it was refused."""
        values = self.cleaned_data

        @transaction.atomic
        def record():
            attempt = hazard.submit_rectification(
                by=by, measures=values["measures"], on=values["submitted_on"], on_the_spot=values["on_the_spot"]
            )
            with files_as_written() as written:
                for photo in values["photos"]:
                    written.append(Evidence.attach(attempt, photo, by=by))
            return attempt

        return self.applies(record)


class JudgeForm(SeenForm):
    """How the re-inspection was made, and what it found."""

    method = forms.ChoiceField(
        label=_("re-inspected"), choices=Rectification.Method, initial=Rectification.Method.ON_SITE,
        widget=forms.RadioSelect({"class": "segmented"}),
    )  # fmt: skip
    comment = forms.CharField(label=_("comment"), required=False, widget=forms.Textarea({"rows": 3}))


class AcceptForm(JudgeForm):
    """The hazard is found put right."""


class RejectForm(JudgeForm):
    """The hazard is found not put right; it gets a new deadline."""

    shown_at = {"rectification_rejected_with_comment": "comment"}

    deadline = forms.DateField(
        label=_("new deadline"), widget=DayInput,
        error_messages={"required": _("Enter until when it must be put right."), "invalid": WRONG_DAY},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comment"].label = _("what is still wrong")
        self.fields["comment"].required = True
        self.fields["comment"].error_messages["required"] = _("Say what is still wrong.")
        self.order_fields(["comment", "deadline", "method"])


class ExtendForm(SeenForm):
    """More time, with the reason."""

    deadline = forms.DateField(
        label=_("new deadline"), widget=DayInput,
        error_messages={"required": _("Enter until when it must be put right."), "invalid": WRONG_DAY},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("reason"), max_length=300, widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Say why more time is given.")},
    )  # fmt: skip


class ReopenForm(SeenForm):
    """Why it is to be put right after all, and until when."""

    shown_at = {"hazard_deadline_not_before_found": "deadline"}

    reason = forms.CharField(
        label=_("reason"), max_length=300, widget=forms.Textarea({"rows": 3}),
        help_text=_("Who sent it back, or what the re-check found."),
        error_messages={"required": _("Say why it is opened again.")},
    )  # fmt: skip
    deadline = forms.DateField(
        label=_("new deadline"), widget=DayInput,
        error_messages={"required": _("Enter until when it must be put right."), "invalid": WRONG_DAY},
    )  # fmt: skip


class Closing(TextChoices):
    """The ways in which a hazard closes without having been rectified here."""

    HAND_OVER = "hand_over", _("Hand over to another department")
    END = "end", _("End: the business closed or moved")
    WITHDRAW = "withdraw", _("Withdraw: it was found in error")


CLOSES_AS = {
    Closing.HAND_OVER: HazardStatus.HANDED_OVER,
    Closing.END: HazardStatus.ENDED,
    Closing.WITHDRAW: HazardStatus.WITHDRAWN,
}


def closings_open_to(officer, hazard) -> list[Closing]:
    """The ways of closing that the hazard's status and the officer's rights leave."""
    allowed = [Closing.HAND_OVER] if officer.has_perm("inspections.change_hazard") else []
    if officer.has_perm("inspections.end_hazard"):
        allowed += [Closing.END, Closing.WITHDRAW]
    return [way for way in allowed if CLOSES_AS[way] in hazard.moves.get(hazard.status, ())]


class CloseForm(SeenForm):
    """How and why it closes."""

    shown_at = {"hazard_closed_with_note": "note", "responsible_department": "department", "closing_note": "note"}

    way = forms.ChoiceField(
        label=_("how it closes"), widget=forms.RadioSelect, error_messages={"required": _("Choose how it closes.")}
    )
    department = forms.ModelChoiceField(
        label=_("department"), queryset=Department.objects.all(), required=False, empty_label="—",
        help_text=_("Only for handing over."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("receipt, proof or reason"), max_length=300, widget=forms.Textarea({"rows": 3}),
        help_text=_("Handing over: number of the receipt. Ending: the proof. Withdrawing: why it was no hazard."),
        error_messages={"required": _("Say why: the receipt, the proof or the reason.")},
    )  # fmt: skip
    scans = EvidenceField(
        label=_("receipt or proof as a photo or PDF"), required=False,
        help_text=_("JPEG, PNG, WebP, HEIC or PDF, up to 20 MB each."),
    )  # fmt: skip

    def __init__(self, *args, hazard, by, **kwargs):
        super().__init__(*args, record=hazard, **kwargs)
        self.ways = closings_open_to(by, hazard)
        self.fields["way"].choices = [(way.value, way.label) for way in self.ways]
        self.fields["department"].queryset = Department.objects.exclude(pk=hazard.responsible_department_id)
        if len(self.ways) == 1:
            self.initial["way"] = self.ways[0]

    def clean(self):
        values = super().clean()
        if values.get("way") == Closing.HAND_OVER and not values.get("department") and "department" not in self.errors:
            self.add_error("department", _("Choose the department that takes it over."))
        return values

    def close(self, hazard, *, by) -> bool:
        """Call the verb that was chosen."""
        values, shared = self.cleaned_data, {"by": by, "scans": self.cleaned_data["scans"]}
        if values["way"] == Closing.HAND_OVER:
            return self.applies(hazard.hand_over, department=values["department"], receipt=values["note"], **shared)
        if values["way"] == Closing.END:
            return self.applies(hazard.end, proof=values["note"], **shared)
        return self.applies(hazard.withdraw, reason=values["note"], **shared)


ANY = "any"


def awaiting_verdict(hazards):
    """Those with a rectification to be judged, also when another department does the work."""
    return hazards.counted().filter(rectifications__verdict=Verdict.PENDING)


class HazardFilterForm(forms.Form):
    """Search and filters of the hazards, kept in the URL; without any, what is still to be put right."""

    q = forms.CharField(label=_("What is wrong, or the entity"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("status"), required=False,
        choices=[("", _("still to be put right")), *HazardStatus.choices, (ANY, _("any status"))],
    )  # fmt: skip
    severity = forms.ChoiceField(label=_("severity"), required=False, choices=[("", _("all")), *Severity.choices])
    category = forms.ChoiceField(label=_("category"), required=False, choices=[("", _("all")), *HazardCategory.choices])
    region = forms.ModelChoiceField(label=_("region"), required=False, queryset=None, empty_label=_("all"))
    overdue = forms.BooleanField(label=_("only overdue"), required=False)

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        regions = Region.objects.visible_to(by)
        offer(self.fields["region"], regions, regions_near(regions, code_in(self.data)))
        self.fields["q"].widget.attrs |= {"type": "search", "autocomplete": "off"}
        self.fields["q"].widget.input_type = "search"

    def narrow(self, hazards):
        """The hazards that fit; a filter that makes no sense leaves none."""
        if not self.is_valid():
            return hazards.none()
        values = self.cleaned_data
        if values["status"] == "":
            hazards = hazards.pending()
        elif values["status"] == HazardStatus.SUBMITTED:
            hazards = awaiting_verdict(hazards)
        elif values["status"] == HazardStatus.WITHDRAWN:
            hazards = hazards.filter(status=HazardStatus.WITHDRAWN)
        elif values["status"] == ANY:
            hazards = hazards.counted()
        else:
            hazards = hazards.counted().filter(status=values["status"])
        if values["overdue"]:
            hazards = hazards.overdue(on=today())
        for part in values["q"].split():
            few = Entity.objects.are_few(part)
            in_entity = Entity.objects.found_at("entity", part, few=few)
            hazards = hazards.found_by([words_in(Hazard, ["description"], part, by_index=few), in_entity], apart=few)
        for name in ("severity", "category"):
            if values[name]:
                hazards = hazards.filter(**{name: values[name]})
        return hazards.inside(values["region"].code) if values["region"] else hazards
