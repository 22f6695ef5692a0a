"""What the frame of every page shows: campaign, scope, day, and the places that the officer may open."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from entities.question import Question
from entities.today import today
from inspections.models import Campaign

CHOSEN = "campaign"
LABELS = {
    "home": _("My work"),
    "entity_list": _("Entities"),
    "inspection_start": _("Inspect"),
    "hazard_list": _("Hazards"),
    "task_list": _("Tasks"),
    "dashboard": _("Dashboard"),
    "office": _("Reports"),
    "ledger_index": _("Ledgers"),
    "admin:index": _("Administration"),
    "me": _("Me"),
}
MENUS = ("navigation", "bottom_bar", "further_places")
_CAMPAIGNS = Question(lambda: Campaign.objects.exclude(status=Campaign.Status.DRAFT))


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    url: str
    label: str
    icon: str
    phone: bool
    current: bool


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
    def menus(self):
        """The places that the officer may open, as each menu shows them: by the name of its template."""
        user, here = self.request.user, self.request.resolver_match
        if not user.is_authenticated:
            return _menus(get_language(), ())
        makes_visits = user.has_perm("inspections.add_inspection")
        places = [
            ("home", "home", True, True),
            ("entity_list", "shop", True, True),
            ("inspection_start", "plus", True, makes_visits),
            ("hazard_list", "hazard", True, True),
            ("task_list", "check", False, user.has_perm("inspections.add_task")),
            # Who makes no visits has its place free in the bar of the phone.
            ("dashboard", "chart", not makes_visits, True),
            ("office", "print", False, True),
            ("ledger_index", "table", False, True),
            ("admin:index", "settings", False, user.is_staff),
            ("me", "person", True, True),
        ]
        opened = [(name, icon, phone, _is_at(name, here)) for name, icon, phone, allowed in places if allowed]
        return _menus(get_language(), tuple(opened))


def _is_at(name, here) -> bool:
    """Whether the page that is shown belongs to the place of that name."""
    if here is None:
        return False
    family = name.removesuffix("_list").removesuffix("_index")
    return here.view_name == name or (name.endswith(("_list", "_index")) and here.view_name.startswith(family))


@cache
def _menus(language, opened):
    """Written once in a process for each language, set of places and place among them: they name nobody and no record."""
    places = [Place(reverse(name), LABELS[name], icon, phone, current) for name, icon, phone, current in opened]
    return {menu: render_to_string(f"components/{menu}.html", {"places": places}) for menu in MENUS}


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
