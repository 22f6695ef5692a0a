"""The officer's own digests."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from inspections.models import Digest


@login_required
@require_safe
def digest(request, pk):
    """What was due on that day."""
    found = get_object_or_404(Digest.objects.filter(officer=request.user), pk=pk)
    more = found.overdue + found.due_soon - len(found.lines)
    return render(request, "inspections/digest.html", {"digest": found, "more": more})


@login_required
@require_POST
def digest_read(request, pk):
    """Put it away: the home page does not show it any more."""
    Digest.objects.filter(officer=request.user, pk=pk, read_at=None).update(read_at=timezone.now())
    return redirect("home")
