"""What the operations of the API share: how they answer, which campaign and version a call names, which record it is about."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer

from inspections.models import Campaign
from reports.api.entries import as_sent
from reports.api.problems import Malformed, Refused

CAMPAIGN = OpenApiParameter("campaign", str, description="Code of the campaign; without it the one that runs.")
LARGEST_KEY = 2**63 - 1


def answer(data, *, status=200, **headers) -> HttpResponse:
    """The data as JSON."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(JSONRenderer().render(data), status=status, content_type="application/json", headers=headers)


def campaign_of(request) -> Campaign | None:
    """The campaign that the call names; without one that which runs, else the last."""
    campaigns = list(Campaign.objects.exclude(status=Campaign.Status.DRAFT))
    code = request.query_params.get("campaign", "")
    if code:
        found = next((campaign for campaign in campaigns if campaign.code == code), None)
        if found is None:
            raise Http404
        return found
    return next((campaign for campaign in campaigns if campaign.takes_inspections), None) or next(iter(campaigns), None)


def etag_of(record) -> str:
    return f'"{record.version}"'


def version_asked(request) -> int | None:
    """The version that If-Match names; None without the header. Raises Malformed for what is no ETag of ours."""
    text = request.headers.get("If-Match", "").strip()
    if not text or text == "*":
        return None
    number = text.removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Malformed(_("If-Match is the ETag under which the record was read."))
    return int(number)


def campaign_needed(request) -> Campaign:
    """The campaign of the call. Raises Http404 where there is none."""
    campaign = campaign_of(request)
    if campaign is None:
        raise Http404
    return campaign


def need(request, *rights):
    """Raises PermissionDenied without one of the rights."""
    if not any(request.user.has_perm(right) for right in rights):
        raise PermissionDenied


def one_of(rows, pk):
    """The record of that key. Raises Http404 when it is none of the rows."""
    if pk > LARGEST_KEY:
        raise Http404
    return get_object_or_404(rows, pk=pk)


def entries_of(request, form_class):
    """What was sent as JSON, as that form reads it."""
    if not isinstance(request.data, dict):
        raise Malformed(_("Send one JSON object."))
    return as_sent(form_class, request.data)


def applied(form, verb, **values):
    """What the verb made of the form's entries. Raises Refused when the form or the verb refuses."""
    if form.is_valid() and form.applies(verb, **values, **form.cleaned_data):
        return form.result
    raise Refused.by(form)
