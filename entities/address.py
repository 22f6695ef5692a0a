"""From where a request comes."""

import ipaddress

from django.conf import settings


def client_address(request) -> str | None:
    """The address of the caller, the same for lockout, limits, sessions and history; behind a trusted proxy the one that it saw.

    None for what is no address: a header is not believed further than that.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.TRUSTED_PROXY else ""
    text = forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None
