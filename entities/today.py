"""The day on which rules are judged, and when a day begins."""

from datetime import date, datetime, time

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """The local date in Asia/Shanghai, or the fixed day of a demonstration (DEMO_TODAY)."""
    if settings.DEMO_TODAY:
        return date.fromisoformat(settings.DEMO_TODAY)
    return timezone.localdate()


def begin_of(day) -> datetime:
    """The moment at which that local day began."""
    return timezone.make_aware(datetime.combine(day, time()))


def now_in_words() -> str:
    """The present moment as figures are dated by it: today, as above, and the local time."""
    return f"{today():%Y-%m-%d} {timezone.localtime():%H:%M}"
