"""Pages that can be shown as the records stood at the end of a past day: `?as_of=2024-12-31`."""

from functools import wraps

from django.core.exceptions import ValidationError

from reports.as_of import as_of, end_of
from reports.scope import past_day


def shows_the_past(view):
    """The page as of the day that the address names; a day that makes no sense is told by the page itself, and shows today."""

    @wraps(view)
    def shown(request, *args, **kwargs):
        try:
            day = past_day(request.GET) if request.method in ("GET", "HEAD") and request.user.is_authenticated else None
        except ValidationError:
            day = None
        with as_of(end_of(day) if day else None):
            return view(request, *args, **kwargs)

    return shown
