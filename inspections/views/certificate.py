"""Whether a product was certified on the day it was made, sold or used."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required, permission_required
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entities.models import ProductType
from entities.today import today
from inspections.forms.certificate import CertificateCheckForm
from inspections.models import Certificate, CertificateStatus
from inspections.models.certificate import COMPULSORY_SINCE, OLD_STANDARD_ENDED_ON, is_compulsory

SHOWN = 100


@dataclass(frozen=True)
class Verdict:
    """A certificate with what it was worth on the day: valid, or why not."""

    certificate: Certificate
    is_valid: bool
    text: str


@login_required
@permission_required("inspections.view_certificate", raise_exception=True)
@require_safe
def certificate_check(request):
    """The certificates in scope with that number or of that entity, each valid on the day or not, and since when.

    Two queries besides the entity's, for any number of certificates.
    """
    asked = any(request.GET.get(name) for name in ("number", "entity"))
    initial = {"on": today()}
    form = CertificateCheckForm(request.GET if asked else None, by=request.user, initial=initial)
    context = {"form": form, "answered": form.is_valid()}
    if context["answered"]:
        day, product = form.cleaned_data["on"], form.cleaned_data["product"]
        seen = form.narrow(Certificate.objects.visible_to(request.user)).select_related("entity", "campaign")
        verdicts = [verdict(certificate, day) for certificate in seen.order_by("number", "-pk")[:SHOWN]]
        products = {product} if product else {one.certificate.product for one in verdicts}
        context |= {"day": day, "verdicts": verdicts, "rules": rules(products, day)}
    return render(request, "inspections/certificate_check.html", context, status=422 if form.errors else 200)


def verdict(certificate, day) -> Verdict:
    """What the certificate was worth on that day; it carries its state then, as `with_state_on` gives it."""
    state = certificate.state_then or CertificateStatus.VALID
    if day < certificate.issued_on:
        why = _("Not yet issued: it begins on %(day)s.") % {"day": certificate.issued_on}
    elif state != CertificateStatus.VALID:
        why = _("%(state)s since %(day)s.") % {
            "state": CertificateStatus(state).label.capitalize(),
            "day": certificate.state_since,
        }
    elif certificate.expires_on and certificate.expires_on < day:
        why = _("Expired on %(day)s.") % {"day": certificate.expires_on}
    else:
        return Verdict(certificate, True, _("Valid on that day."))
    return Verdict(certificate, False, why)


def rules(products, day) -> list[str]:
    """What the law asks of those products on that day, a sentence for each rule."""
    said = []
    for product in ProductType:
        if product not in products or product not in COMPULSORY_SINCE:
            continue
        words = {"product": product.label, "day": COMPULSORY_SINCE[product]}
        if is_compulsory(product, day):
            said.append(_("%(product)s: since %(day)s only with a valid certificate.") % words)
        else:
            said.append(_("%(product)s: no certificate was needed before %(day)s.") % words)
        if product == ProductType.EBIKE and day >= OLD_STANDARD_ENDED_ON:
            said.append(
                _("Certificates to the old standard (GB 17761—2018) were cancelled on %(day)s: compare the standard.")
                % {"day": OLD_STANDARD_ENDED_ON}
            )
    return said
