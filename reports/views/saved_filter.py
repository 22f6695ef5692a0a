"""Filters kept by a name."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from entities.forms import VerbForm
from inspections.frame import request_frame
from reports.models import SavedFilter
from reports.selection import Selection
from reports.views.ledger import declared_ledger


class KeepForm(VerbForm):
    """By which name, and for whom."""

    name = forms.CharField(max_length=60)
    is_shared = forms.BooleanField(required=False)


@login_required
@require_POST
def saved_filter_new(request, name):
    """Keep the filters, order and columns of the list under a name."""
    declared = declared_ledger(request, name)
    chosen = Selection(
        declared, request.user, request_frame(request).campaign, QueryDict(request.POST.get("query", ""))
    )
    back, form = f"{reverse('ledger', args=[name])}?{chosen.url_query()}", KeepForm(request.POST)
    if not chosen.is_valid:
        messages.error(request, _("These filters make no sense: nothing was kept."))
    elif form.is_valid():
        kept = SavedFilter(officer=request.user, ledger=name, query=chosen.url_query(), **form.cleaned_data)
        if form.applies(kept.keep):
            messages.success(request, _("Kept as “%(name)s”.") % {"name": kept})
    for errors in form.errors.values():
        messages.error(request, " ".join(errors))
    return redirect(back)


@login_required
@require_POST
def saved_filter_delete(request, pk):
    """Forget one's own."""
    kept = get_object_or_404(SavedFilter, officer=request.user, pk=pk)
    name = kept.ledger
    kept.delete()
    messages.success(request, _("“%(name)s” is forgotten.") % {"name": kept})
    return redirect("ledger", name)
