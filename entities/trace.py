"""From where and by which way something is written: kept for the time of a request, a job or a command."""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from entities.address import client_address


class Way(models.TextChoices):
    """By which way a change came."""

    PAGE = "page", _("page")
    ADMIN = "admin", _("administration")
    API = "api", _("API")
    IMPORT = "import", _("import")
    JOB = "job", _("background job")
    COMMAND = "command", _("command line")


@dataclass(frozen=True)
class Origin:
    """The way, and the address of the caller."""

    way: str = Way.COMMAND
    address: str | None = None


FROM_HERE = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=FROM_HERE)


@contextmanager
def coming_by(way, address=None):
    """Within it whatever is written came by that way."""
    token = _origin.set(Origin(way, address))
    try:
        yield
    finally:
        _origin.reset(token)


def current_way() -> str:
    return _origin.get().way


def current_address() -> str | None:
    return _origin.get().address


class Traced(models.Model):
    """What every row of history says beside what changed; `history_seal` is the number of the seal that covers it."""

    history_way = models.CharField(
        _("way"), max_length=10, choices=Way, default=current_way, db_default="", editable=False, blank=True
    )
    history_address = models.GenericIPAddressField(_("address"), null=True, default=current_address, editable=False)
    history_seal = models.PositiveIntegerField(_("seal"), null=True, editable=False, db_index=True)

    class Meta:
        abstract = True


class History(HistoricalRecords):
    """The history of a model, which also says from where and by which way each change came."""

    def __init__(self, **kwargs):
        super().__init__(bases=(Traced,), **kwargs)


class TraceMiddleware:
    """Everything that a request writes comes by its page, the administration or the API, from its address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        way = next((way for start, way in STARTS.items() if request.path.startswith(start)), Way.PAGE)
        with coming_by(way, client_address(request)):
            return self.get_response(request)


STARTS = {"/admin/": Way.ADMIN, "/api/": Way.API}
