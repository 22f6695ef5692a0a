"""What the frame of every page shows: campaign, scope, day, and the places that the officer may open."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext

from entities.question import Question
from entities.today import today
from inspections.models import Campaign

CHOSEN = "campaign"
_CAMPAIGNS = Question(lambda: Campaign.objects.exclude(status=Campaign.Status.DRAFT))


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    url: str
    label: str
    icon: str
    phone: bool = False
    current: bool = False


class Frame:
    """The frame of one request. One query: all campaigns (a handful)."""

    def __init__(self, request):
        self.request = request

    @cached_property
    def campaigns(self):
        return _CAMPAIGNS()

    @cached_property
    def campaign(self):
        """The campaign chosen in this session; else one that is running; else the last."""
        chosen = self.request.session.get(CHOSEN)
        by_code = {campaign.code: campaign for campaign in self.campaigns}
        running = [campaign for campaign in self.campaigns if campaign.takes_inspections]
        return by_code.get(chosen) or next(iter(running or self.campaigns), None)

    @cached_property
    def synthetic(self):
        """Whether the database holds demonstration data."""
        return any(campaign.is_synthetic for campaign in self.campaigns)

    @property
    def today(self):
        return today()

    @property
    def region(self):
        officer = self.request.user
        return officer.unit.region if officer.is_authenticated and officer.unit else None

    @cached_property
    def places(self):
        user = self.request.user
        if not user.is_authenticated:
            return []
        places = [
            ("home", gettext("My work"), "home", True, True),
            ("entity_list", gettext("Entities"), "shop", True, True),
            ("inspection_start", gettext("Inspect"), "plus", True, user.has_perm("inspections.add_inspection")),
            ("hazard_list", gettext("Hazards"), "hazard", True, True),
            ("task_list", gettext("Tasks"), "check", False, user.has_perm("inspections.add_task")),
            # Who makes no visits has its place free in the bar of the phone.
            ("dashboard", gettext("Dashboard"), "chart", not user.has_perm("inspections.add_inspection"), True),
            ("office", gettext("Reports"), "print", False, True),
            ("ledger_index", gettext("Ledgers"), "table", False, True),
            ("admin:index", gettext("Administration"), "settings", False, user.is_staff),
            ("me", gettext("Me"), "person", True, True),
        ]
        return [
            Place(reverse(name), label, icon, phone, self._is_here(name))
            for name, label, icon, phone, allowed in places
            if allowed
        ]

    def _is_here(self, name):
        match = self.request.resolver_match
        if match is None:
            return False
        family = name.removesuffix("_list").removesuffix("_index")
        return match.view_name == name or (name.endswith(("_list", "_index")) and match.view_name.startswith(family))


def frame(request):
    """Context processor: `frame`, evaluated only by templates that show it."""
    return {"frame": SimpleLazyObject(lambda: request_frame(request))}


def request_frame(request) -> Frame:
    """The frame of this request, the same object for the view and the template."""
    if not hasattr(request, "_frame"):
        request._frame = Frame(request)
    return request._frame


def refuse_demonstration_day_over_real_records():
    """Raise ImproperlyConfigured when DEMO_TODAY is set and the database holds a real campaign."""
    if settings.DEMO_TODAY and Campaign.objects.filter(is_synthetic=False).exists():
        raise ImproperlyConfigured("DEMO_TODAY is only for the demonstration campaign; this database has real records.")
