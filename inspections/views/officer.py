"""Closing an officer's account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from entities.models import Officer
from inspections.forms.officer import CloseAccountForm
from inspections.officers import close_account, tasks_left

SHOWN = 50


@login_required
@permission_required("entities.change_officer", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def officer_close(request, pk):
    """Say who takes over the tasks, then close the account: every session and token ends at once."""
    officer = get_object_or_404(Officer.objects.visible_to(request.user).active(), pk=pk)
    if officer.is_superuser and not request.user.is_superuser:
        raise PermissionDenied
    tasks = tasks_left(officer)
    count = tasks.count()
    form = CloseAccountForm(request.POST or None, by=request.user, officer=officer, has_tasks=bool(count))
    if form.is_valid() and form.applies(close_account, officer=officer, by=request.user, **form.cleaned_data):
        messages.success(request, _("The account of %(officer)s is closed.") % {"officer": officer})
        return redirect("admin:entities_officer_change", officer.pk)
    context = {"officer": officer, "form": form, "tasks": tasks[:SHOWN], "count": count}
    return render(request, "inspections/officer_close.html", context, status=form.answer)
