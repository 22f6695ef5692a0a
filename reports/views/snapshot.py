"""Snapshots: the list, a new one, one of them, and two compared."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entities.forms import WRONG_DAY, DayInput, VerbForm
from entities.models import Region
from entities.today import today
from inspections.frame import request_frame
from reports.dashboard import in_words, records_url
from reports.indicators import indicator
from reports.models import Snapshot
from reports.own import shown_for
from reports.snapshots import Comparison, frozen_figures, numbers, scope_of


class FreezeForm(VerbForm):
    """What is frozen, up to which day."""

    region = forms.ModelChoiceField(Region.objects.none(), label=gettext_lazy("region"), empty_label=None)
    label = forms.CharField(label=gettext_lazy("name"), max_length=80)
    until = forms.DateField(
        label=gettext_lazy("events until"), widget=DayInput, error_messages={"invalid": WRONG_DAY},
        help_text=gettext_lazy("Only what happened up to this day is counted, and of that what is entered by now."),
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("note"), max_length=300, required=False)

    def __init__(self, *args, by, campaign, **kwargs):
        super().__init__(*args, **kwargs)
        inside = Region.objects.visible_to(by).filter(code__startswith=campaign.region_id, level__in=["city", "county"])
        self.fields["region"].queryset = inside.order_by("code")
        if by.unit is not None:
            self.initial.setdefault("region", by.unit.region_id)
        self.initial.setdefault("until", today())


def _seen(request):
    """The snapshots of the campaign: aggregates, which every officer may look at."""
    return Snapshot.objects.of_campaign(request_frame(request).campaign).select_related(
        "region", "frozen_by", "signed_by"
    )


@login_required
@require_safe
@permission_required("reports.view_snapshot", raise_exception=True)
def snapshot_list(request):
    """Every snapshot of the campaign, the newest first."""
    return render(
        request,
        "reports/snapshot_list.html",
        {"snapshots": _seen(request), "campaign": request_frame(request).campaign},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("reports.add_snapshot", raise_exception=True)
def snapshot_new(request):
    """Freeze the figures of a place of the officer's scope."""
    campaign = request_frame(request).campaign
    if campaign is None:
        return redirect("snapshot_list")
    form = FreezeForm(request.POST or None, by=request.user, campaign=campaign)
    if form.is_valid():
        snapshot = Snapshot(campaign=campaign, **form.cleaned_data)
        if form.applies(snapshot.freeze, figures_of=frozen_figures, by=request.user):
            messages.success(request, _("Frozen: %(snapshot)s") % {"snapshot": snapshot})
            return redirect(snapshot)
    return render(request, "reports/snapshot_new.html", {"form": form}, status=form.answer if form.is_bound else 200)


@login_required
@require_safe
@permission_required("reports.view_snapshot", raise_exception=True)
def snapshot(request, pk):
    """The frozen figures of each place, as they were."""
    found = get_object_or_404(_seen(request), pk=pk)
    lines = list(found.lines.select_related("region"))
    chapters = []
    for label, indicators in shown_for(found.campaign, supporting=True):
        kept = [i for i in indicators if i.key in lines[0].figures]
        rows = [(line, [in_words(i, numbers(line.figures)[i.key])[0] for i in kept]) for line in lines]
        chapters.append((label, kept, rows))
    context = {
        "snapshot": found,
        "chapters": [chapter for chapter in chapters if chapter[1]],
        "others": _seen(request).filter(region=found.region).exclude(pk=found.pk),
        "may_sign": request.user.has_perm("reports.sign_snapshot") and found.signed_by is None,
    }
    return render(request, "reports/snapshot.html", context)


@login_required
@require_POST
@permission_required("reports.sign_snapshot", raise_exception=True)
def snapshot_sign(request, pk):
    """Sign it off by name."""
    found = get_object_or_404(_seen(request), pk=pk)
    if not request.user.covers(found.region_id):
        raise Http404
    try:
        found.sign(by=request.user)
        messages.success(request, _("Signed by %(officer)s.") % {"officer": request.user})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(found)


@login_required
@require_safe
@permission_required("reports.view_snapshot", raise_exception=True)
def snapshot_compare(request, pk):
    """A snapshot and a later one (`with`), or now; with `figure`, the records that moved."""
    earlier, later = get_object_or_404(_seen(request), pk=pk), None
    if request.GET.get("with", "").isdecimal():
        later = get_object_or_404(_seen(request).filter(region=earlier.region), pk=request.GET["with"])
        if later.cut_off < earlier.cut_off:
            earlier, later = later, earlier
    comparison, key = Comparison(earlier, later), request.GET.get("figure", "")
    rows = [
        {
            "declared": d.declared,
            "before": in_words(d.declared, d.before)[0],
            "after": in_words(d.declared, d.after)[0],
            "change": d.change,
            "url": records_url(d.declared, comparison.now) if request.user.covers(earlier.region_id) else "",
        }
        for d in comparison.differences
    ]
    context = {"comparison": comparison, "rows": rows, "only_changed": [row for row in rows if row["change"]]}
    if key:
        try:
            context["figure"] = indicator(key)
        except KeyError:
            raise Http404 from None
        context["moved"], context["hidden"] = comparison.moved(key, request.user)
    context["earlier_scope"] = scope_of(earlier)
    return render(request, "reports/snapshot_compare.html", context)
