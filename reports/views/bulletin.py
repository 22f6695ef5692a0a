"""Bulletins and monthly reports: the list, a new one, its paper, its text, its versions, its check and its readers."""

from io import BytesIO

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entities.forms import WRONG_DAY, DayInput, SeenForm, VerbForm
from entities.models import Region, Unit
from entities.paging import KeyPage
from entities.today import today
from inspections.frame import request_frame
from inspections.views.document import WORD_TYPE
from reports.bulletins.check import corrected, differences, edited, findings
from reports.bulletins.facts import collected
from reports.bulletins.paper import Paper
from reports.bulletins.rules import proposed
from reports.models import Bulletin

PAGE_ROWS = 50
MOST_WORDS = 20_000


class BulletinForm(VerbForm):
    """Of what kind, of what place and period, as of which day."""

    shown_at = {
        "bulletin_number_once": "number",
        "bulletin_number_positive": "number",
        "bulletin_period_in_order": "until",
        "bulletin_as_of_after_period": "as_of",
    }

    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=Bulletin.Kind)
    number = forms.IntegerField(
        label=gettext_lazy("issue number"), required=False, min_value=1, max_value=9999,
        help_text=gettext_lazy("Empty: the next one of this kind and place."),
    )  # fmt: skip
    region = forms.ModelChoiceField(Region.objects.none(), label=gettext_lazy("region"), empty_label=None)
    of_unit = forms.ModelChoiceField(
        Unit.objects.none(), label=gettext_lazy("only of the unit"), required=False, empty_label=gettext_lazy("all units")
    )  # fmt: skip
    since = forms.DateField(
        label=gettext_lazy("events from"), widget=DayInput, error_messages={"invalid": WRONG_DAY}
    )  # fmt: skip
    until = forms.DateField(
        label=gettext_lazy("events until"), widget=DayInput, error_messages={"invalid": WRONG_DAY},
        help_text=gettext_lazy("A monthly report is of one month: from its first day to its last, or to today."),
    )  # fmt: skip
    as_of = forms.DateField(
        label=gettext_lazy("records as of"), widget=DayInput, error_messages={"invalid": WRONG_DAY},
        help_text=gettext_lazy("The figures are those that the records gave at the end of this day."),
    )  # fmt: skip

    def __init__(self, *args, by, campaign, **kwargs):
        super().__init__(*args, **kwargs)
        inside = Region.objects.visible_to(by).filter(code__startswith=campaign.region_id, level__in=["city", "county"])
        self.fields["region"].queryset = inside.order_by("code")
        units = Unit.objects.visible_to(by).filter(region__code__startswith=campaign.region_id)
        self.fields["of_unit"].queryset = units
        if by.unit is not None:
            self.initial.setdefault("region", by.unit.region_id)
        day = min(today(), max(campaign.ends_on, campaign.starts_on))
        for name, value in (("since", campaign.starts_on), ("until", day), ("as_of", today())):
            self.initial.setdefault(name, value)


class TextForm(SeenForm):
    """The title, and a box for each section: a line is a paragraph."""

    title = forms.CharField(label=gettext_lazy("title"), max_length=200)

    def __init__(self, *args, text, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["title"] = text["title"]
        for section in text["sections"]:
            rows = max(3, min(14, len(section["words"]) // 35 + section["words"].count("\n") + 2))
            self.fields[section["key"]] = forms.CharField(
                label=section["head"] or _("opening words"), required=False, max_length=MOST_WORDS,
                initial=section["words"], widget=forms.Textarea({"rows": rows, "lang": "zh-hans"}), strip=False,
            )  # fmt: skip

    def words(self) -> dict[str, str]:
        """The words of each section, without empty lines."""
        typed = {name: words for name, words in self.cleaned_data.items() if name != "title"}
        return {
            name: "\n".join(line.strip() for line in words.splitlines() if line.strip())
            for name, words in typed.items()
        }


class ReasonForm(VerbForm):
    """Why it goes back to its author."""

    reason = forms.CharField(label=gettext_lazy("what is to be changed"), max_length=300)


def _seen(request):
    """The bulletins of the officer's scope."""
    rows = Bulletin.objects.visible_to(request.user)
    return rows.select_related("campaign", "region", "unit", "of_unit", "event", "created_by")


def _one(request, pk):
    return get_object_or_404(_seen(request), pk=pk)


@login_required
@require_safe
@permission_required("reports.view_bulletin", raise_exception=True)
def bulletin_list(request):
    """The bulletins and monthly reports of the campaign, the newest first."""
    campaign = request_frame(request).campaign
    page = KeyPage.of(_seen(request).of_campaign(campaign), request.GET, size=PAGE_ROWS)
    return render(request, "reports/bulletin_list.html", {"page": page, "campaign": campaign})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("reports.add_bulletin", raise_exception=True)
def bulletin_new(request):
    """Begin one: its text is proposed from the figures."""
    campaign = request_frame(request).campaign
    if campaign is None:
        return redirect("bulletin_list")
    form = BulletinForm(request.POST or None, by=request.user, campaign=campaign)
    if form.is_valid():
        begun = Bulletin(campaign=campaign, **form.cleaned_data)
        if form.applies(begun.begin, by=request.user, facts_of=collected, propose=proposed):
            messages.success(request, _("The text is proposed. Read it, and change what you like."))
            return redirect(begun)
    return render(request, "reports/bulletin_new.html", {"form": form}, status=form.answer if form.is_bound else 200)


@login_required
@require_safe
@permission_required("reports.view_bulletin", raise_exception=True)
def bulletin(request, pk):
    """The paper, its figures linked to their records; with `version`, an earlier one."""
    found = _one(request, pk)
    return render(request, "reports/bulletin.html", _page(request, found))


def _page(request, found, *, form=None):
    current = version = found.current
    if request.GET.get("version", "").isdecimal():
        version = get_object_or_404(found.versions, number=request.GET["version"])
    return {
        "bulletin": found, "version": version, "current": current, "is_current": version.pk == current.pk,
        "paper": Paper(found, version, request.user), "findings": findings(version.text, version.figures),
        "may_write": found.is_open and request.user.has_perm("reports.change_bulletin"),
        "may_review": found.event_id and not found.is_open and found.event.status != "final"
        and request.user.has_perm("reports.review_bulletin"),
        "form": form or ReasonForm(),
    }  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("reports.change_bulletin", raise_exception=True)
def bulletin_edit(request, pk):
    """Change the text: what is saved is a new version, and every number in it is compared with the figures of now."""
    found = _one(request, pk)
    if not found.is_open:
        messages.error(request, _("It is being read or is final: its text changes only after it was sent back."))
        return redirect(found)
    text = found.current.text
    form = TextForm(request.POST or None, record=found, text=text)
    if form.is_valid():
        figures = collected(found)
        changed = edited(text, form.cleaned_data["title"], form.words())
        if form.applies(found.write, by=request.user, text=changed, figures=figures):
            wrong = findings(changed, figures)
            if wrong:
                messages.warning(request, _("Saved. Look at the numbers that the records do not bear out."))
            else:
                messages.success(request, _("Saved. Every number agrees with the records."))
            return redirect(found)
    status = form.answer if form.is_bound else 200
    return render(request, "reports/bulletin_edit.html", {"form": form, "bulletin": found}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("reports.change_bulletin", raise_exception=True)
def bulletin_check(request, pk):
    """The numbers of the text against the figures as they are now; from here it goes to its readers."""
    found = _one(request, pk)
    current, figures = found.current, collected(found)
    wrong = findings(current.text, figures)
    if request.method == "POST":
        if wrong and request.POST.get("confirmed") != "1":
            messages.error(request, _("Confirm that the numbers below are meant so, or correct them first."))
        else:
            try:
                found.send(by=request.user, title=current.text["title"], seen=_version(request))
                messages.success(request, _("Sent to its first reader."))
                return redirect(found)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
                found = _one(request, pk)
    context = {"bulletin": found, "current": current, "findings": wrong, "may_write": found.is_open}
    return render(request, "reports/bulletin_check.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_POST
@permission_required("reports.change_bulletin", raise_exception=True)
def bulletin_correct(request, pk):
    """Put in what the figures say now: of one number (`number`, as section and place), or of all."""
    found = _one(request, pk)
    section, _dot, index = request.POST.get("number", "").rpartition(".")
    figures = collected(found)
    one = (section, int(index) if index.isascii() and index.isdigit() and len(index) < 10 else None) if section else ()
    _write(request, found, corrected(found.current.text, figures, *one), figures, _("numbers renewed"))
    return redirect(found)


@login_required
@require_POST
@permission_required("reports.change_bulletin", raise_exception=True)
def bulletin_propose(request, pk):
    """The whole text from the figures again; the versions before it are kept."""
    found = _one(request, pk)
    figures = collected(found)
    _write(request, found, proposed(found, figures), figures, _("proposed from the figures"))
    return redirect(found)


@login_required
@require_POST
@permission_required("reports.change_bulletin", raise_exception=True)
def bulletin_restore(request, pk, number):
    """An earlier version's text as the newest version."""
    found = _one(request, pk)
    earlier = get_object_or_404(found.versions, number=number)
    _write(request, found, earlier.text, collected(found), _("version %(number)d again") % {"number": number})
    return redirect(found)


def _version(request) -> int:
    """The row's version that the page was made from; a form without one is of no version."""
    seen = request.POST.get("version", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0


def _write(request, found, text, figures, note):
    """A new version, unless somebody wrote one since the page was opened."""
    try:
        found.write(by=request.user, text=text, figures=figures, note=note, seen=_version(request))
        messages.success(request, _("Saved as version %(number)d.") % {"number": found.current.number})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))


@login_required
@require_safe
@permission_required("reports.view_bulletin", raise_exception=True)
def bulletin_versions(request, pk):
    """Every version; with `from` and `to`, what differs between two."""
    found = _one(request, pk)
    context = {"bulletin": found, "versions": list(found.versions.select_related("by").defer("text", "figures"))}
    asked = [request.GET.get(name, "") for name in ("from", "to")]
    if all(number.isdecimal() for number in asked):
        earlier, later = (get_object_or_404(found.versions, number=number) for number in sorted(asked, key=int))
        context |= {"earlier": earlier, "later": later, "differences": differences(earlier.text, later.text)}
    context["may_write"] = found.is_open and request.user.has_perm("reports.change_bulletin")
    return render(request, "reports/bulletin_versions.html", context)


@login_required
@require_safe
@permission_required("reports.view_bulletin", raise_exception=True)
def bulletin_word(request, pk):
    """The current version as Word."""
    if not request.user.has_perm("inspections.export_scope"):
        raise PermissionDenied(_("Your role exports only its own records, from the ledgers."))
    found = _one(request, pk)
    content = BytesIO(Paper(found, found.current).word())
    return FileResponse(content, as_attachment=True, filename=f"{found}.docx".replace("/", "-"), content_type=WORD_TYPE)


@login_required
@require_POST
@permission_required("reports.review_bulletin", raise_exception=True)
def bulletin_review(request, pk, way):
    """Read, and given to the next reader or back to its author."""
    found = _one(request, pk)
    if way == "on":
        form = VerbForm(request.POST)
        verb, said = found.pass_on, _("Passed on.")
    elif way == "back":
        form = ReasonForm(request.POST)
        verb, said = found.send_back, _("Sent back to its author.")
    else:
        raise Http404
    if form.is_valid() and form.applies(verb, by=request.user, seen=_version(request), **form.cleaned_data):
        messages.success(request, said)
        return redirect(found)
    return render(request, "reports/bulletin.html", _page(request, _one(request, pk), form=form), status=form.answer)
