"""The self-check as an entity fills it in behind its link, or as the office types it in from paper."""

import re
import uuid
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from entities.forms import WRONG_DAY, DayInput
from entities.today import today
from inspections.forms.files import EvidenceField
from inspections.forms.inspection_answers import sections
from inspections.forms.inspection_fields import PhotosInput
from inspections.models import Answer, ChecklistItem, ChecklistVersion, SelfCheck
from inspections.models.self_check import SELF_CHECK_ANSWERS
from inspections.self_checks import Shortcoming
from inspections.uploads import check as check_upload
from inspections.workflow import content_digest

PHOTOS_OF_POINT = 9
PHOTOS_IN_ALL = 30
LONGEST_TEXT = 1000
PHONE = re.compile(r"[0-9+][0-9 ()+-]{5,28}[0-9]")


class UploadsField(forms.FileField):
    """Any number of photos; the form judges those that it needs, once it knows that there are not too many."""

    widget = PhotosInput(attrs={"multiple": True, "accept": "image/*,.heic,.heif"})

    def clean(self, data, initial=None):
        return data


def judge_photos(photos):
    """Raise ValidationError with every reason why one of them is no photo."""
    errors = []
    for photo in photos:
        try:
            check_upload(photo, photo_only=True)
        except ValidationError as error:
            errors.append(error)
    if errors:
        raise ValidationError(errors)


@dataclass
class Point:
    """One point on the page: its answer, and what opens under it when something is wrong."""

    item: ChecklistItem
    answer: BoundField
    what: BoundField
    photos: BoundField
    fixed: BoundField
    done: BoundField
    after: BoundField

    @property
    def is_wrong(self) -> bool:
        """Whether the page shows something to be corrected here."""
        return any(bound.errors for bound in (self.answer, self.what, self.photos, self.fixed, self.done, self.after))


class SelfCheckForm(forms.Form):
    """Every point in force on the day, each failed one with what is wrong, its photos, and how it was put right.

    With `data` it is judged, with `typed` only shown again.
    """

    use_required_attribute = False
    by_link = True

    client_uuid = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": _("The form is not complete: open the link again."),
            "invalid": _("The form is not complete: open the link again."),
        },
    )
    answered_by = forms.CharField(
        label=_("your name"), max_length=50, widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Enter the name of the person who answers.")},
    )  # fmt: skip
    phone = forms.CharField(
        label=_("your phone"), max_length=30, widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
        error_messages={"required": _("Enter a phone number under which you can be reached.")},
    )  # fmt: skip
    remarks = forms.CharField(
        label=_("anything else"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    declared = forms.BooleanField(
        label=_("I have looked at every point myself, and the answers are true."),
        error_messages={"required": _("Confirm that the answers are true.")},
    )

    def __init__(self, data=None, files=None, *, entity, campaign, typed=None):
        super().__init__(data, files, initial={"client_uuid": uuid.uuid4()} | (typed.dict() if typed else {}))
        self.label_suffix = ""
        self.entity, self.campaign = entity, campaign
        self.day = self._day()
        self.version = ChecklistVersion.objects.for_visit(entity.kind, self.day)
        self.items = self.version.items_on(self.day, entity.kind) if self.version else []
        for item in self.items:
            self._add_point(item)

    def _day(self):
        return today()

    def _add_point(self, item):
        code, answers = item.code, [(answer.value, answer.label) for answer in SELF_CHECK_ANSWERS]
        text = forms.Textarea({"rows": 2})
        self.fields |= {
            f"answer-{code}": forms.ChoiceField(
                label=f"{code} {item.text}", choices=answers, required=False, widget=forms.RadioSelect
            ),
            f"what-{code}": forms.CharField(label=code, required=False, max_length=LONGEST_TEXT, widget=text),
            f"photos-{code}": UploadsField(label=code, required=False),
            f"fixed-{code}": forms.BooleanField(label=code, required=False),
            f"done-{code}": forms.CharField(label=code, required=False, max_length=LONGEST_TEXT, widget=text),
            f"after-{code}": UploadsField(label=code, required=False),
        }

    # What the page shows

    @cached_property
    def points(self) -> list[Point]:
        names = ("answer", "what", "photos", "fixed", "done", "after")
        return [Point(item, *(self[f"{name}-{item.code}"] for name in names)) for item in self.items]

    def sections(self):
        """The points under the headings of the checklist."""
        return sections(self.points)

    def answer_choices(self):
        return [(answer.value, answer.label) for answer in SELF_CHECK_ANSWERS]

    def unanswered(self) -> list[str]:
        """The codes of the points that still need an answer."""
        return [point.item.code for point in self.points if self.is_bound and point.answer.errors]

    def other_problems(self) -> list[tuple[str, str, str]]:
        """Everything else that is wrong: the id of the place to go to, what it concerns, and the message."""
        if not self.is_bound:
            return []
        found = [("", "", message) for message in self.non_field_errors()]
        for name in self.errors:
            if name in self.fields and not name.startswith("answer-"):
                bound = self[name]
                label = "" if bound.is_hidden else bound.label
                found += [(bound.auto_id, label, message) for message in bound.errors]
        return found

    def people(self):
        """Who answers, as the end of the page asks it."""
        return [self[name] for name in ("answered_by", "phone", "remarks")]

    # What was sent

    def clean_phone(self):
        """Digits, as they are dialled."""
        phone = self.cleaned_data["phone"]
        if phone and not PHONE.fullmatch(phone):
            raise ValidationError(_("A phone number has at least 7 digits: enter it as 13800000000 or 0746-8000000."))
        return phone

    def clean(self):
        """Every point is answered; a failed one says what is wrong, and one put right says how and shows it."""
        values = super().clean()
        self.answers = {item.code: self._answer(item.code) for item in self.items}
        for code, answer in self.answers.items():
            if not answer and f"answer-{code}" not in self.errors:
                self.add_error(f"answer-{code}", _("Choose an answer."))
        failed = [code for code, answer in self.answers.items() if answer == Answer.FAIL]
        for code in failed:
            self._ask_failed(code)
        self._ask_photos(failed)
        return values

    def _answer(self, code):
        return self.cleaned_data.get(f"answer-{code}", "")

    def _ask_failed(self, code):
        values = self.cleaned_data
        asked = [("what", _("Say what is wrong."))]
        if values.get(f"fixed-{code}"):
            asked.append(("done", _("Say what was done to put it right.")))
            if self.by_link:
                asked.append(("after", _("Take a photo that shows it put right.")))
        for part, message in asked:
            name = f"{part}-{code}"
            if not values.get(name) and name not in self.errors:
                self.add_error(name, message)

    def _ask_photos(self, failed):
        """Count first, then decode: so that nobody keeps the server busy with more than it will take."""
        of_point = {code: [*self.cleaned_data[f"photos-{code}"], *self.photos_after(code)] for code in failed}
        too_many = [code for code, photos in of_point.items() if len(photos) > PHOTOS_OF_POINT]
        for code in too_many:
            self.add_error(f"photos-{code}", _("At most %(count)d photos for one point.") % {"count": PHOTOS_OF_POINT})
        if sum(map(len, of_point.values())) > PHOTOS_IN_ALL:
            self.add_error(
                None, _("At most %(count)d photos in all: choose those that show most.") % {"count": PHOTOS_IN_ALL}
            )
        elif not too_many:
            for code in failed:
                photos = {
                    f"photos-{code}": self.cleaned_data[f"photos-{code}"],
                    f"after-{code}": self.photos_after(code),
                }
                for name, chosen in photos.items():
                    try:
                        judge_photos(chosen)
                    except ValidationError as error:
                        self.add_error(name, error)

    def photos_after(self, code):
        """The photos of how it looks now; none while it is not put right."""
        return self.cleaned_data.get(f"after-{code}", []) if self.cleaned_data.get(f"fixed-{code}") else []

    def self_check(self) -> SelfCheck:
        """The record as entered, not yet written."""
        values = self.cleaned_data
        return SelfCheck(
            campaign=self.campaign, entity=self.entity, checked_on=self.day, answered_by=values["answered_by"],
            phone=values["phone"], remarks=values["remarks"], answers=self.answers, checklist_version=self.version,
            client_uuid=values["client_uuid"], content_digest=self.digest, by_link=self.by_link,
            receipt_number=values.get("receipt_number", ""),
        )  # fmt: skip

    def shortcomings(self) -> list[Shortcoming]:
        """The failed points, as `hand_in_self_check` writes them."""
        values, found = self.cleaned_data, []
        for item in self.items:
            code = item.code
            if self.answers[code] != Answer.FAIL:
                continue
            shortcoming = Shortcoming(item, values[f"what-{code}"], values[f"photos-{code}"])
            if values[f"fixed-{code}"]:
                shortcoming.measures, shortcoming.photos_after = values[f"done-{code}"], self.photos_after(code)
            found.append(shortcoming)
        return found

    def papers(self) -> list:
        """Scans of the paper that this was typed in from."""
        return []

    @cached_property
    def digest(self) -> str:
        return content_digest(self.entity, self.data, self.files)

    def sent_before(self) -> SelfCheck | None:
        """What identifies this sending, whether or not it is valid; None without a UUID that can be read."""
        try:
            client_uuid = uuid.UUID(self.data.get("client_uuid", ""))
        except ValueError:
            return None
        return SelfCheck(entity=self.entity, client_uuid=client_uuid, content_digest=self.digest)

    def refuse(self, error):
        """Show why the records refused the whole: beside the field where there is one, else on top."""
        for name, errors in error.update_error_dict({}).items():
            for one in errors:
                self.add_error(name if name in self.fields else None, one)


class PaperSelfCheckForm(SelfCheckForm):
    """A self-check that came on paper: with its own day and number, and all that is not marked on it passed."""

    by_link = False

    checked_on = forms.DateField(
        label=_("checked on"), widget=DayInput,
        error_messages={"required": _("Enter the date."), "invalid": WRONG_DAY},
    )  # fmt: skip
    receipt_number = forms.CharField(
        label=_("receipt number"), required=False, max_length=30,
        help_text=_("As on the paper; left empty, the system makes one."),
    )  # fmt: skip
    rest = forms.BooleanField(label=_("every point not answered below: pass"), required=False)
    paper = EvidenceField(
        label=_("scan or photo of the paper"), required=False,
        help_text=_("JPEG, PNG, WebP, HEIC or PDF, up to 20 MB each."),
    )  # fmt: skip

    def __init__(self, data=None, files=None, *, entity, campaign, typed=None, day=None):
        self.asked_day = day
        super().__init__(data, files, entity=entity, campaign=campaign, typed=typed)
        self.initial.setdefault("checked_on", self.day)
        del self.fields["declared"]
        self.fields["answered_by"].label = _("answered by")
        self.fields["phone"].label = _("phone")
        self.fields["phone"].required = False
        self.fields["remarks"].label = _("remarks")

    def _day(self):
        """The day whose points are asked: the one typed, while it can be one of the campaign's."""
        day = self.asked_day
        typed = self.data.get("checked_on") or self.initial.get("checked_on")
        if typed:
            try:
                day = parse_date(typed.strip())
            except ValueError:
                day = None
        return day if day and self.campaign.starts_on <= day <= today() else today()

    def head(self):
        """What stands above the points."""
        return [self[name] for name in ("checked_on", "receipt_number", "paper", "rest")]

    def clean_checked_on(self):
        """Of the campaign, and not in the future."""
        day = self.cleaned_data["checked_on"]
        if day > today():
            raise ValidationError(
                _("This date is in the future: today is %(day)s."), params={"day": today().isoformat()}
            )
        if day < self.campaign.starts_on:
            raise ValidationError(
                _("The campaign began on %(day)s: enter that day or a later one."),
                params={"day": self.campaign.starts_on},
            )
        return day

    def clean_receipt_number(self):
        """Not that of another self-check."""
        number = self.cleaned_data["receipt_number"]
        if number and SelfCheck.objects.filter(receipt_number=number).exists():
            raise ValidationError(_("Another self-check has this number: compare it with the paper."))
        return number

    def _answer(self, code):
        return super()._answer(code) or (Answer.PASS.value if self.cleaned_data.get("rest") else "")

    def papers(self) -> list:
        return self.cleaned_data["paper"]


class PutRightForm(forms.Form):
    """What an entity says about a hazard that it put right."""

    use_required_attribute = False

    measures = forms.CharField(
        label=_("what was done"), max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Say what was done to put it right.")},
    )  # fmt: skip
    photos = UploadsField(
        label=_("photos of how it looks now"),
        help_text=_("At least one; a picture taken with your phone will do."),
    )
    name = forms.CharField(
        label=_("your name"), max_length=50, widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Enter the name of the person who answers.")},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    def clean_photos(self):
        """At least one, not too many, and each a photo."""
        photos = self.cleaned_data["photos"]
        if not photos:
            raise ValidationError(_("Take a photo that shows it put right."))
        if len(photos) > PHOTOS_OF_POINT:
            raise ValidationError(_("At most %(count)d photos."), params={"count": PHOTOS_OF_POINT})
        judge_photos(photos)
        return photos
