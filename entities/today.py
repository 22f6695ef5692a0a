"""The day on which rules are judged."""

from datetime import date

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """The local date in Asia/Shanghai, or the fixed day of a demonstration (DEMO_TODAY)."""
    if settings.DEMO_TODAY:
        return date.fromisoformat(settings.DEMO_TODAY)
    return timezone.localdate()
