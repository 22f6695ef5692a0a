"""A deed done to many records of a ledger at once: who is concerned is shown first, and it can be undone within the hour."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inspections.bulk import MOST_AT_ONCE, do_to_all
from inspections.desk.declare import desk_of
from inspections.frame import request_frame
from reports.rows import rows_of
from reports.selection import Selection
from reports.views.ledger import declared_ledger

# What belongs to one record, or to none.
NOT_FOR_MANY = ("version", "files")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ledger_bulk(request, name, deed):
    """The records of the filters to which the deed can be done, each with a tick; by POST it is done to the ticked ones."""
    declared = declared_ledger(request, name)
    desk = desk_of(name)
    done = desk.deed(deed) if desk else None
    if done is None or not done.for_many:
        raise Http404
    if not request.user.has_perm(desk.right_for(done)):
        raise PermissionDenied
    chosen = Selection(declared, request.user, request_frame(request).campaign, request.GET)
    rows = list(declared.loaded(chosen.rows, declared.shown)[: MOST_AT_ONCE + 1])
    possible = [one for one in rows[:MOST_AT_ONCE] if done.is_possible(one) and done.is_for(request.user, one)]
    back = f"{reverse('ledger', args=[name])}?{chosen.url_query()}"
    if not possible:
        messages.info(request, _("To none of these records can this be done: narrow the list to others."))
        return redirect(back)
    form = done.form(request.POST or None, record=possible[0], by=request.user)
    for field in NOT_FOR_MANY:
        form.fields.pop(field, None)
    everything = [_seen(record) for record in possible] if "all" in request.GET else []
    ticked = request.POST.getlist("record") if request.method == "POST" else everything
    if form.is_valid():
        picked = list(_picked(possible, ticked))
        if not ticked:
            form.add_error(None, _("Tick at least one record."))
        elif len(picked) != len(set(ticked)):
            form.add_error(None, _("Some of the ticked records are no longer in this list: look at it again."))
        elif form.applies(do_deed, records=picked, deed=done, values=form.cleaned_data, by=request.user):
            messages.success(request, _("Done to %(count)d records.") % {"count": form.result.count})
            return redirect(back)
    context = {
        "ledger": declared, "deed": done, "form": form, "back": back, "query": chosen.url_query(), "most": MOST_AT_ONCE,
        "rows": [(row, _seen(record), _seen(record) in ticked) for row, record in zip(rows_of(declared, possible), possible, strict=True)],
        "left_out": len(rows) - len(possible), "too_many": len(rows) > MOST_AT_ONCE,
    }  # fmt: skip
    return render(request, "reports/ledger_bulk.html", context, status=form.answer if form.is_bound else 200)


def _seen(record) -> str:
    return f"{record.pk}:{record.version}"


def _picked(possible, ticked):
    """The ticked records with the version that the officer saw; what is not in the list is not touched."""
    by_key = {str(record.pk): record for record in possible}
    for tick in ticked:
        key, _colon, version = tick.partition(":")
        if key in by_key and version.isascii() and version.isdigit() and len(version) < 10:
            yield by_key[key], int(version)


def do_deed(records, deed, values, by):
    """The deed done to pairs of a record and the version that was seen: all of them, or none."""
    return do_to_all(records, lambda record: getattr(record, deed.name)(by=by, **values), by=by, label=deed.label)
