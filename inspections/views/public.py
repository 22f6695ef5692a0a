"""What an entity sees behind its link: the self-check, its receipt, and the rectification of one hazard. Nobody logs in here."""

from functools import wraps

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from entities.address import client_address
from entities.models import Entity
from inspections import links
from inspections.forms.self_check import PutRightForm, SelfCheckForm
from inspections.models import Hazard, Verdict
from inspections.posters import qr_image
from inspections.rate_limit import POSTS_OF_LINK, VIEWS_OF_ADDRESS, VIEWS_OF_LINK
from inspections.self_checks import (
    already_handed_in,
    hand_in_rectification,
    hand_in_self_check,
    may_be_put_right,
)
from inspections.workflow import SubmittedOtherwise

FILL = "fill"  # an officer who opens the link fills in the form instead of going to the record


def for_the_public(view):
    """No page of it is kept by a browser, found by a search engine, or named to another site; nobody asks too often."""

    @wraps(view)
    def answer(request, token):
        wait = VIEWS_OF_ADDRESS.wait(client_address(request) or "")
        response = _too_many(request, wait) if wait else view(request, token)
        response["Cache-Control"] = "no-store, private"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        # Only the host's name, never the address with the token in it. “no-referrer” would also blank the origin, by which
        # a form that is sent is known to come from this site.
        response["Referrer-Policy"] = "strict-origin"
        return response

    return answer


def _too_many(request, wait) -> HttpResponse:
    response = render(request, "public/too_many.html", {"wait": _in_minutes(wait)}, status=429)
    response["Retry-After"] = str(wait)
    return response


def _in_minutes(seconds) -> str:
    minutes = -(-seconds // 60)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def _invalid(request) -> HttpResponse:
    """The same for every link that does not work, whatever the reason."""
    return render(request, "public/invalid.html", status=404)


def _for_officer(request, model, pk):
    """The record itself, when the visitor is an officer who may see it and does not ask for the form."""
    if request.method == "POST" or FILL in request.GET or not request.user.is_authenticated:
        return None
    return model.objects.visible_to(request.user).one_by_one().filter(pk=pk).first()


@for_the_public
@require_http_methods(["GET", "HEAD", "POST"])
def self_check(request, token):
    """The form of one entity's self-check; an officer who scans the poster gets to the entity, even when the link expired."""
    link = links.SELF_CHECK.read(token)
    if link is None:
        return _invalid(request)
    entity = _for_officer(request, Entity, link.record)
    if entity is not None:
        return redirect(entity)
    found = links.entity_of(link)
    if found is None:
        return _invalid(request)
    wait = VIEWS_OF_LINK.wait(token)
    if wait:
        return _too_many(request, wait)
    entity, campaign, issuer = found
    form = SelfCheckForm(entity=entity, campaign=campaign)
    if not form.items:
        return _invalid(request)
    if request.method != "POST":
        return _self_check_page(request, form)
    wait = POSTS_OF_LINK.wait(token)
    if wait:
        return _self_check_again(request, entity, campaign, _wait_words(wait), status=429, wait=wait)
    form = SelfCheckForm(request.POST, request.FILES, entity=entity, campaign=campaign)
    return _take_self_check(request, form, by=issuer)


def _wait_words(wait) -> str:
    return _("This form was sent too often. Nothing was written now: wait %(wait)s, then send it again.") % {
        "wait": _in_minutes(wait)
    }


def _take_self_check(request, form, *, by):
    try:
        sent = form.sent_before()
        taken = sent and already_handed_in(sent)
        if taken is None and form.is_valid():
            taken, _is_new = hand_in_self_check(form.self_check(), form.shortcomings(), by=by)
    except SubmittedOtherwise as error:
        words = _(
            "This form was already handed in with other content, and nothing was written now. "
            "To hand in another self-check, open the link again."
        )
        return _self_check_again(request, form.entity, form.campaign, words, status=409, first=error.first)
    except ValidationError as error:
        taken = None
        form.refuse(error)
    if taken is not None:
        return redirect("self_check_receipt", links.receipt_token(taken))
    return _self_check_page(request, form, status=422)


def _self_check_again(request, entity, campaign, words, *, status, wait=0, first=None):
    """The form as it was sent, neither written nor judged, with the reason on top."""
    form = SelfCheckForm(entity=entity, campaign=campaign, typed=request.POST)
    receipt = reverse("self_check_receipt", args=[links.receipt_token(first)]) if first else ""
    response = _self_check_page(request, form, status=status, problem=words, receipt=receipt)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _self_check_page(request, form, *, status=200, **context):
    context |= {"form": form, "entity": form.entity, "campaign": form.campaign, "lost_photos": bool(request.FILES)}
    return render(request, "public/self_check.html", context, status=status)


@for_the_public
@require_safe
def self_check_receipt(request, token):
    """That a self-check was handed in: its number, its day, how many points; never the answers."""
    check = links.receipt_of(token)
    if check is None:
        return _invalid(request)
    context = {
        "check": check,
        "counts": check.counts(),
        "qr": qr_image(request.build_absolute_uri(check.get_absolute_url())),
    }
    return render(request, "public/receipt.html", context)


@for_the_public
@require_http_methods(["GET", "HEAD", "POST"])
def rectification(request, token):
    """How the entity put one hazard right; an officer who opens the link gets to the hazard."""
    link = links.RECTIFICATION.read(token)
    if link is None:
        return _invalid(request)
    hazard = _for_officer(request, Hazard, link.record)
    if hazard is not None:
        return redirect(hazard)
    found = links.hazard_of(link)
    if found is None:
        return _invalid(request)
    wait = VIEWS_OF_LINK.wait(token)
    if wait:
        return _too_many(request, wait)
    hazard, issuer = found
    if not may_be_put_right(hazard):
        return render(request, "public/rectification_received.html", {"hazard": hazard})
    if request.method != "POST":
        return _rectification_page(request, hazard, PutRightForm())
    wait = POSTS_OF_LINK.wait(token)
    if wait:
        again = PutRightForm(initial=request.POST.dict())
        response = _rectification_page(request, hazard, again, status=429, problem=_wait_words(wait))
        response["Retry-After"] = str(wait)
        return response
    form = PutRightForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            hand_in_rectification(hazard, by=issuer, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect(request.get_full_path())
    return _rectification_page(request, hazard, form, status=422)


def _rectification_page(request, hazard, form, *, status=200, **context):
    rejected = hazard.rectifications.filter(verdict=Verdict.REJECTED).order_by("pk").last()
    context |= {"hazard": hazard, "form": form, "rejected": rejected, "lost_photos": bool(request.FILES)}
    return render(request, "public/rectification.html", context, status=status)
