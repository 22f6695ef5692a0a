"""Reporting rounds: the list, a new one, its sheet on screen, as Excel and Word, and a unit's report."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entities.forms import WRONG_DAY, DayInput, SeenForm, VerbForm
from entities.paging import KeyPage
from entities.today import now_in_words, today
from inspections.frame import request_frame
from reports.models import Round, RoundReport
from reports.rounds.paper import foot, sheet_document, sheet_workbook
from reports.rounds.reconcile import movements
from reports.rounds.sheet import Sheet
from reports.views.workbook import hand_out

PAGE_ROWS = 25


class RoundForm(VerbForm):
    """For which period, and by when."""

    shown_at = {"round_once": "until", "round_period_in_order": "until"}

    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=Round.Kind)
    since = forms.DateField(label=gettext_lazy("events from"), widget=DayInput, error_messages={"invalid": WRONG_DAY})
    until = forms.DateField(label=gettext_lazy("events until"), widget=DayInput, error_messages={"invalid": WRONG_DAY})
    cut_off = forms.DateTimeField(
        label=gettext_lazy("cut-off"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Whoever reports after it is late."),
        error_messages={"invalid": gettext_lazy("Enter day and time as 2024-05-01 17:00.")},
    )

    def __init__(self, *args, campaign, **kwargs):
        super().__init__(*args, **kwargs)
        last = Round.objects.of_campaign(campaign).filter(kind=Round.Kind.WEEKLY).first()
        since = max(campaign.starts_on, today() - timedelta(days=6))
        if last:
            since = min(last.until, today()) + timedelta(days=1)
        self.initial.setdefault("since", since)
        self.initial.setdefault("until", since + timedelta(days=6))
        self.initial.setdefault("cut_off", timezone.localtime().replace(hour=17, minute=0) + timedelta(days=1))


class SubmitForm(SeenForm):
    """Who answers for the unit's figures."""

    person_in_charge = forms.CharField(label=gettext_lazy("person in charge"), max_length=40)
    compiler = forms.CharField(label=gettext_lazy("compiled by"), max_length=40)
    phone = forms.CharField(label=gettext_lazy("phone"), max_length=30)
    is_zero = forms.BooleanField(label=gettext_lazy("Zero report: nothing happened in this period"), required=False)


class SendBackForm(SeenForm):
    """What the unit has to look at again."""

    reason = forms.CharField(label=gettext_lazy("what is to be changed"), max_length=300)


def _rounds(request):
    """The rounds of the campaign: aggregates, which every officer may look at."""
    return Round.objects.of_campaign(request_frame(request).campaign).select_related("campaign", "region", "created_by")


def may_judge(officer, one) -> bool:
    """Whether the officer opens rounds and looks over reports for the whole place of that round or campaign."""
    return officer.has_perm("reports.add_round") and officer.covers(one.region_id)


def may_report(officer, report) -> bool:
    """Whether the officer hands in for the unit: one of its own office."""
    return officer.has_perm("reports.change_roundreport") and officer.covers(report.region_id)


@login_required
@require_safe
@permission_required("reports.view_round", raise_exception=True)
def round_list(request):
    """Every round with how many units have reported, the newest first."""
    campaign = request_frame(request).campaign
    page = KeyPage.of(_rounds(request).prefetch_related("reports"), request.GET, size=PAGE_ROWS)
    context = {"page": page, "campaign": campaign, "may_open": campaign and may_judge(request.user, campaign)}
    return render(request, "reports/round_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def round_new(request):
    """Open a round: a report is expected of every unit from now on."""
    campaign = request_frame(request).campaign
    if campaign is None:
        return redirect("round_list")
    if not may_judge(request.user, campaign):
        raise PermissionDenied
    form = RoundForm(request.POST or None, campaign=campaign)
    if form.is_valid():
        one = Round(campaign=campaign, region=campaign.region, **form.cleaned_data)
        if form.applies(one.open, by=request.user):
            return redirect(one)
    return render(request, "reports/round_new.html", {"form": form}, status=form.answer if form.is_bound else 200)


@login_required
@require_safe
@permission_required("reports.view_round", raise_exception=True)
def round_sheet(request, pk, form="html"):
    """The sheet with what each unit has reported; as Excel or Word with `form`."""
    one = get_object_or_404(_rounds(request), pk=pk)
    sheet = Sheet(one, request.user)
    if form == "html":
        context = {
            "round": one, "sheet": sheet, "may_judge": may_judge(request.user, one), "as_of": now_in_words(),
            "reachable": {report.pk for report in sheet.reports if request.user.covers(report.region_id)},
            "foot": foot(sheet), "missing": sum(report.is_missing for report in sheet.reports),
            "late": sum(report.is_late for report in sheet.reports),
        }  # fmt: skip
        return render(request, "reports/round.html", context)
    made = (sheet_workbook if form == "xlsx" else sheet_document)(sheet)
    return hand_out(request, made, f"{one}.{form}")


@login_required
@require_POST
def round_remind(request, pk):
    """Remind every unit that has not reported."""
    one = get_object_or_404(_rounds(request), pk=pk)
    if not may_judge(request.user, one):
        raise PermissionDenied
    messages.success(request, _("Reminded: %(count)d.") % {"count": one.remind(by=request.user)})
    return redirect(one)


@login_required
@require_safe
@permission_required("reports.view_round", raise_exception=True)
def round_report(request, pk):
    """A unit's figures, what moved since its last approved report, and what can be done with it."""
    return _report_page(request, _report(request, pk))


@login_required
@require_POST
def round_report_deed(request, pk, deed):
    """Hand a unit's report in, send it back, or approve it."""
    report = _report(request, pk)
    if deed == "submit":
        if not may_report(request.user, report):
            raise PermissionDenied
        form = SubmitForm(request.POST, record=report)
        more, said = {"has_records": Sheet(report.round).has_records(report)}, _("Reported.")
        verb = report.submit
    elif deed in ("return", "approve"):
        if not may_judge(request.user, report.round):
            raise PermissionDenied
        form = (SendBackForm if deed == "return" else SeenForm)(request.POST, record=report)
        verb = report.send_back if deed == "return" else report.approve
        more = {} if deed == "return" else {"figures": Sheet(report.round).figures_of(report)}
        said = _("Sent back.") if deed == "return" else _("Approved: its figures are frozen.")
    else:
        raise Http404
    if form.is_valid() and form.applies(verb, by=request.user, **form.cleaned_data, **more):
        messages.success(request, said)
        return redirect(report)
    return _report_page(request, report, form=form, deed=deed)


def _report(request, pk):
    reports = RoundReport.objects.visible_to(request.user)
    return get_object_or_404(
        reports.select_related("round__campaign", "round__region", "unit", "region", "submitted_by", "approved_by"),
        pk=pk,
    )


def _report_page(request, report, form=None, deed=""):
    sheet = Sheet(report.round, request.user)
    line = next(line for line in sheet.lines if line.report.pk == report.pk)
    moved = movements(report)
    last = RoundReport.objects.filter(unit=report.unit).exclude(compiler="").order_by("-submitted_at").first()
    given = {name: getattr(last, name) for name in ("person_in_charge", "compiler", "phone")} if last else {}
    reports_now = report.is_missing and may_report(request.user, report)
    judges_now = report.status == RoundReport.Status.SUBMITTED and may_judge(request.user, report.round)
    context = {
        "report": report, "round": report.round,
        "rows": [
            {"indicator": declared, "cell": cell}
            for (_label, indicators), block in zip(sheet.heads, line.blocks, strict=True)
            for declared, cell in zip(indicators, block, strict=True)
        ],
        "movements": moved, "broken": [one for one in moved if not one.holds],
        "submit_form": form if deed == "submit" else SubmitForm(record=report, initial=given) if reports_now else None,
        "return_form": form if deed == "return" else SendBackForm(record=report) if judges_now else None,
        "form": form, "may_report": reports_now, "may_judge": judges_now,
    }  # fmt: skip
    return render(request, "reports/round_report.html", context, status=form.answer if form else 200)
