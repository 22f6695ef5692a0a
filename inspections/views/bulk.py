"""Undoing what was done to many records at once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inspections.bulk import undo
from inspections.models import BulkChange


@login_required
@require_POST
def bulk_undo(request, pk):
    """Undo one's own; back to the list that it was done from."""
    change = get_object_or_404(BulkChange, by=request.user, pk=pk)
    try:
        undo(change, by=request.user)
        messages.success(request, _("Undone: %(change)s.") % {"change": change})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "home")
