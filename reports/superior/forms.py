"""The forms with which a superior's form is uploaded and its cells are bound."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.forms import VerbForm
from entities.models import Region, Unit
from reports.indicators import ALL_CHAPTERS, INDICATORS
from reports.models import FormBinding, Holds, SuperiorForm, When
from reports.own import CHAPTER_LABELS, is_own, shown_for
from reports.superior.book import beyond, is_cell

WORD = "word:"
ACROSS = 12


def _indicators(campaign):
    """The campaign's indicators by chapter, as choices."""
    chapters = [
        (label, [(i.key, i.label) for i in INDICATORS if i.chapter == key]) for key, label in ALL_CHAPTERS.items()
    ]
    own = [(i.key, i.label) for _label, shown in shown_for(campaign) for i in shown if is_own(i)]
    return [*chapters, *([(CHAPTER_LABELS["own"], own)] if own else [])]


def _counties(campaign):
    """The campaign's region itself and each county in official order, as choices."""
    place = campaign.region
    inside = Region.objects.filter(parent=place).order_by("code")
    itself = (f"own:{place.code}", gettext("%(region)s itself") % {"region": place.name})
    return [itself, *((f"region:{region.code}", region.name) for region in inside)]


def _placed(choice) -> dict:
    """What a chosen place means for a binding."""
    kind, _colon, code = choice.partition(":")
    if kind == "unit":
        return {"of_unit": Unit.objects.get(code=code)}
    return {"region": Region.objects.get(code=code), "own": kind == "own"} if code else {}


class UploadForm(VerbForm, forms.ModelForm):
    """A new form, or a new edition of one."""

    class Meta:
        model = SuperiorForm
        fields = ["name", "issued_by", "period_kind", "file"]
        widgets = {"file": forms.FileInput(attrs={"accept": ".xlsx"})}
        error_messages = {
            "name": {"required": _("Enter what the form is called.")},
            "issued_by": {"required": _("Enter the office that wants the form.")},
            "file": {"required": _("Choose the workbook.")},
        }


class BindForm(VerbForm):
    """What one cell holds."""

    sheet = forms.CharField(widget=forms.HiddenInput)
    cell = forms.CharField(label=_("cell"), max_length=7, widget=forms.HiddenInput)
    content = forms.ChoiceField(label=_("holds"), error_messages={"required": _("Choose what the cell holds.")})
    place = forms.ChoiceField(label=_("place"), required=False)
    when = forms.ChoiceField(label=_("when"), choices=When, initial=When.PERIOD, required=False)
    shown_at = {"indicator": "content", "region": "place", "of_unit": "place"}

    def __init__(self, *args, form, **kwargs):
        super().__init__(*args, **kwargs)
        self.campaign = form.campaign
        words = [(f"{WORD}{value}", label) for value, label in Holds.choices if value != Holds.FIGURE]
        self.fields["content"].choices = [("", "—"), (_("Words"), words), *_indicators(form.campaign)]
        units = Unit.objects.filter(region__code__startswith=form.campaign.region_id)
        self.fields["place"].choices = [
            ("", gettext("%(region)s, all of it") % {"region": form.campaign.region.name}),
            (_("Regions"), _counties(form.campaign)),
            (_("Units"), [(f"unit:{unit.code}", unit.name) for unit in units]),
        ]

    def binding(self) -> FormBinding:
        """The binding that was entered."""
        values = self.cleaned_data
        made = FormBinding(sheet=values["sheet"], cell=values["cell"].upper())
        if values["content"].startswith(WORD):
            made.holds = values["content"].removeprefix(WORD)
            return made
        made.indicator, made.when = values["content"], values["when"] or When.PERIOD
        for name, value in _placed(values["place"]).items():
            setattr(made, name, value)
        return made

    @staticmethod
    def initial_of(binding) -> dict:
        """The entries that would make this binding."""
        place = f"unit:{binding.of_unit.code}" if binding.of_unit else ""
        if binding.region:
            place = f"{'own' if binding.own else 'region'}:{binding.region.code}"
        content = binding.indicator or f"{WORD}{binding.holds}"
        return {"content": content, "place": place, "when": binding.when}


class BlockForm(VerbForm):
    """A whole table at once: from its first cell indicators across and places down."""

    sheet = forms.CharField(widget=forms.HiddenInput)
    cell = forms.CharField(label=_("first cell"), max_length=7, error_messages={"required": _("Enter it as C5.")})
    places = forms.MultipleChoiceField(
        label=_("places down"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the places.")},
    )
    when = forms.ChoiceField(label=_("when"), choices=When, initial=When.PERIOD)

    def __init__(self, *args, form, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["places"].choices = _counties(form.campaign)
        self.initial["places"] = [value for value, _label in self.fields["places"].choices]
        choices = [("", "—"), *_indicators(form.campaign)]
        for number in range(1, ACROSS + 1):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=gettext("column %(number)s") % {"number": number}, choices=choices, required=False
            )

    def clean(self):
        values = super().clean()
        if not any(values.get(f"column_{number}") for number in range(1, ACROSS + 1)):
            self.add_error("column_1", ValidationError(_("Choose at least one indicator.")))
        return values

    def bindings(self) -> list[FormBinding]:
        """One for each place and column; a column left empty is skipped."""
        values, made = self.cleaned_data, []
        chosen = [
            (place, _placed(place)) for place, _label in self.fields["places"].choices if place in values["places"]
        ]
        for down, (_place, placed) in enumerate(chosen):
            for number in range(1, ACROSS + 1):
                key = values.get(f"column_{number}")
                if key:
                    cell = beyond(values["cell"], right=number - 1, down=down)
                    made.append(
                        FormBinding(sheet=values["sheet"], cell=cell, indicator=key, when=values["when"], **placed)
                    )
        return made

    def clean_cell(self):
        """A cell that others can be counted from."""
        cell = self.cleaned_data["cell"].strip().upper()
        if not is_cell(cell):
            raise ValidationError(_("Enter it as C5."))
        return cell
