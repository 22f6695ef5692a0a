"""The pages of the desk: make a record, change it, move it on; the same for every kind."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inspections.desk.declare import desk_of
from inspections.desk.fields import entity_label, suggestions
from inspections.desk.forms import RecordForm
from inspections.frame import request_frame


def _desk(request, name, verb):
    """The desk of that kind of record. Raises Http404 when there is none, PermissionDenied without the right."""
    desk = desk_of(name)
    if desk is None or (verb in ("add", "change") and desk.form is None):
        raise Http404
    if not request.user.has_perm(desk.right(verb)):
        raise PermissionDenied
    return desk


def _page(request, form, *, title, verb, back, desk, warns="", record=None):
    context = {
        "form": form, "title": title, "verb": verb, "back": back, "desk": desk, "warns": warns, "record": record,
        "given": list(getattr(form, "given", {}).values()),
    }  # fmt: skip
    return render(request, "inspections/desk_form.html", context, status=form.answer)


def _after(desk, record):
    """Where the officer goes on: the record, or the one that it is a part of."""
    return redirect(getattr(record, desk.back) if desk.back else record)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk_new(request, name):
    """Make a record of that kind, at the origin that the address names."""
    desk = _desk(request, name, "add")
    address = desk.form.read_address(request.GET, by=request.user)
    origins = [*address["given"].values(), None]
    campaign = getattr(origins[0], "campaign", None) or request_frame(request).campaign
    label = desk.model._meta.verbose_name
    if campaign is None:
        messages.warning(request, _("There is no campaign yet: ask the administrator to open one."))
        return redirect("ledger", name)
    form = desk.form(request.POST or None, request.FILES or None, by=request.user, campaign=campaign, **address)
    if form.is_valid() and form.saves():
        messages.success(request, _("Saved: %(record)s") % {"record": form.instance})
        return _after(desk, form.instance)
    return _page(request, form, title=RecordForm.NEW % {"record": label}, verb=_("Save"), back=origins[0], desk=desk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk_change(request, name, pk):
    """Change what the form of that kind asks for."""
    desk = _desk(request, name, "change")
    record = get_object_or_404(desk.model.objects.visible_to(request.user), pk=pk)
    if not desk.changeable(record):
        return _not_now(request, record)
    form = desk.form(request.POST or None, request.FILES or None, instance=record, by=request.user)
    if form.is_valid() and form.saves():
        messages.success(request, _("Saved: %(record)s") % {"record": form.instance})
        return _after(desk, record)
    title = capfirst(_("change: %(record)s") % {"record": record})
    return _page(request, form, title=title, verb=_("Save"), back=record, desk=desk, record=record)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk_deed(request, name, pk, deed):
    """Move a record on by one of its deeds; a GET only asks."""
    desk = _desk(request, name, "view")
    record = get_object_or_404(desk.model.objects.visible_to(request.user), pk=pk)
    done = desk.deed(deed)
    if done is None:
        raise Http404
    if not request.user.has_perm(desk.right_for(done)):
        raise PermissionDenied
    if request.method != "POST" and not done.is_possible(record):
        return _not_now(request, record)
    form = done.form(request.POST or None, request.FILES or None, record=record, by=request.user)
    if form.is_valid() and form.does(done, by=request.user):
        messages.success(request, _("Done: %(deed)s") % {"deed": done.label})
        return _after(desk, record)
    if form.errors:
        record.refresh_from_db()
    return _page(
        request, form, title=done.label, verb=done.label, back=record, desk=desk, warns=done.warns, record=record
    )


def _not_now(request, record):
    """Back to the record: it changed since the link was shown."""
    said = _("This can't be done with the record as it stands now.")
    if hasattr(record, "get_status_display"):
        said = _("This is “%(status)s” now; below is what can be done.") % {"status": record.get_status_display()}
    messages.warning(request, said)
    return redirect(record)


@login_required
@require_safe
def desk_entities(request):
    """Suggestions for the entity that is being typed, as options of a list."""
    text = next(iter(request.GET.values()), "")
    labels = [entity_label(entity) for entity in suggestions(text, by=request.user)]
    return render(request, "inspections/entity_options.html", {"labels": labels})
