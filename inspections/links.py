"""Signed, expiring links: by one of them an entity hands in its self-check, or says how it put a hazard right, without an account."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core import signing
from django.db.models import Q

from entities.models import Entity, Officer
from entities.today import today
from inspections.models import Campaign, Hazard, SelfCheck

TAKES_WORK = (Campaign.Status.RUNNING, Campaign.Status.WRAPPING_UP)


@dataclass(frozen=True)
class Link:
    """What a link says: the record it is about, the campaign, who issued it, and its last day.

    The last day is signed into the link, since it is printed beside it: a setting changed later does not move it.
    """

    record: int
    campaign: int
    issuer: int
    last_day: date

    def is_expired(self, *, on=None) -> bool:
        return self.last_day < (on or today())


class Links:
    """The links of one purpose; each purpose signs with its own salt, so that one is never taken for another."""

    def __init__(self, purpose):
        self.signer = signing.Signer(salt=f"inspections.links.{purpose}")

    def issue(self, record, campaign, *, by, on=None) -> str:
        """The token of a link that is valid for so many days as the settings say, that day not counted."""
        last_day = (on or today()) + timedelta(days=settings.SELF_CHECK_LINK_DAYS)
        return self.signer.sign_object([record.pk, campaign.pk, by.pk, last_day.toordinal()])

    def read(self, token) -> Link | None:
        """What the token says, expired or not; None when one character of it is not ours. No query."""
        try:
            record, campaign, issuer, last_day = self.signer.unsign_object(token)
        except signing.BadSignature:
            return None
        return Link(record, campaign, issuer, date.fromordinal(last_day))


SELF_CHECK = Links("self_check")
RECTIFICATION = Links("rectification")
_RECEIPTS = signing.Signer(salt="inspections.links.receipt")


def entity_of(link, *, on=None) -> tuple[Entity, Campaign, Officer] | None:
    """Whom a self-check link is about, in which campaign, issued by whom; None when it is no longer valid. Three queries."""
    if link.is_expired(on=on):
        return None
    campaign = Campaign.objects.filter(pk=link.campaign, status__in=TAKES_WORK).first()
    entity = Entity.objects.in_business().filter(pk=link.record).select_related("region").first()
    issuer = _issuer(link)
    return (entity, campaign, issuer) if entity and campaign and issuer else None


def hazard_of(link, *, on=None) -> tuple[Hazard, Officer] | None:
    """Which hazard a rectification link is about, and who issued it; None when it is no longer valid. Two queries."""
    if link.is_expired(on=on):
        return None
    hazards = Hazard.objects.counted().filter(
        campaign__status__in=TAKES_WORK, entity__in=Entity.objects.in_business(), pk=link.record
    )
    hazard = hazards.select_related("entity__region", "campaign", "item", "unit").first()
    issuer = _issuer(link)
    return (hazard, issuer) if hazard and issuer else None


def _issuer(link):
    # A colleague who left does not make the posters worthless that hang in the shops, but records need a unit.
    return Officer.objects.filter(~Q(unit=None), pk=link.issuer).select_related("unit").first()


def receipt_token(self_check) -> str:
    """The token of the page that shows the receipt, and nothing else, for as long as the self-check exists."""
    return _RECEIPTS.sign_object(self_check.pk)


def receipt_of(token) -> SelfCheck | None:
    """The self-check whose receipt the token opens; None, without a query, for any other token."""
    try:
        number = _RECEIPTS.unsign_object(token)
    except signing.BadSignature:
        return None
    return SelfCheck.objects.filter(pk=number).first()
