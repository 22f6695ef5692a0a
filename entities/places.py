"""Guessing from many addresses, or at many accounts, is slowed down without locking out those who always sign in there."""

from datetime import timedelta

from axes.exceptions import AxesBackendPermissionDenied
from axes.models import AccessAttempt
from django.db.models import Sum
from django.utils import timezone

from entities.address import client_address
from entities.models import Officer

# So many wrong passwords in a quarter of an hour: at one account from all addresses, and from one address at all accounts.
MOST_AT_ACCOUNT, MOST_FROM_ADDRESS = 20, 40
WINDOW = timedelta(minutes=15)


class StrangePlaceBackend:
    """Refuses a guess from an address where the account never signed in, while somebody is guessing widely.

    The pair of account and address is counted by the lockout itself; here everything else. Whoever signed in from their address
    before is not touched, so that nobody locks out a colleague or a whole office.
    """

    def authenticate(self, request, username=None, password=None, **credentials):
        address = client_address(request) if request is not None else None
        if not username or address is None or _is_known(username, address):
            return
        recent = AccessAttempt.objects.filter(attempt_time__gt=timezone.now() - WINDOW)
        for rows, most in (
            (recent.filter(username=username), MOST_AT_ACCOUNT),
            (recent.filter(ip_address=address), MOST_FROM_ADDRESS),
        ):
            if (rows.aggregate(failures=Sum("failures_since_start"))["failures"] or 0) >= most:
                request.axes_locked_out = True
                raise AxesBackendPermissionDenied("Too many guesses at this account or from this address.")


def _is_known(username, address) -> bool:
    return Officer.objects.filter(username=username, places__address=address).exists()
