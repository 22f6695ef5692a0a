"""Which reads a hot standby may answer: those of views and works that are declared so, and only while it has everything.

Before such a view runs, the primary is asked up to where its log is safely written, and the standby whether it has replayed
that. So whatever anybody was told to be saved before this request came, one's own form as much as a job's import, is in
what the standby answers. Where it has not, is away, or ceases in the middle, the primary serves.
"""

import logging
import time
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections, transaction

logger = logging.getLogger(__name__)

STANDBY = "standby"
VIEW_WAITS_SECONDS, WORK_WAITS_SECONDS = 0.1, 5
LOOK_EVERY_SECONDS = 0.005
# Whoever finds it away or behind spares those after them the wait.
LEFT_ALONE_SECONDS = 5
TROUBLE = (DatabaseError, InterfaceError)

_reads_at = ContextVar("reads_at", default=DEFAULT_DB_ALIAS)
_may_write = ContextVar("may_write", default=True)
_left_alone_until = 0.0


class NeedsThePrimary(Exception):
    """A view that reads at the standby turned out to write: it is run again, all of it at the primary."""


def alias_for_reading() -> str:
    """Where a query of this moment is asked; inside a transaction always where that is."""
    alias = _reads_at.get()
    return DEFAULT_DB_ALIAS if alias == STANDBY and transaction.get_connection().in_atomic_block else alias


def alias_for_writing() -> str:
    """Where is written: the primary. Raises NeedsThePrimary inside a view that reads at the standby."""
    if not _may_write.get():
        raise NeedsThePrimary
    return DEFAULT_DB_ALIAS


@contextmanager
def at_the_primary():
    """What is read and written inside is so at the primary, also within a view or a work that reads at the standby.

    For what is read to be written: a figure that is recounted, a number that is taken.
    """
    with _where(DEFAULT_DB_ALIAS, may_write=True):
        yield


def view_reads_at_standby(view):
    """The view's GET may be answered by the standby. The view must not write, unless `at_the_primary`."""

    @wraps(view)
    def served(request, *args, **kwargs):
        if request.method not in ("GET", "HEAD") or not _has_everything(VIEW_WAITS_SECONDS):
            return view(request, *args, **kwargs)
        return _first_at_standby(lambda: view(request, *args, **kwargs), may_write=False)

    return served


def work_reads_at_standby(work):
    """The work of a job may read at the standby, and begins again at the primary when that ceases; it must bear that."""

    @wraps(work)
    def done(*args, **kwargs):
        if not _has_everything(WORK_WAITS_SECONDS):
            return work(*args, **kwargs)
        return _first_at_standby(lambda: work(*args, **kwargs), may_write=True)

    return done


def _first_at_standby(run, *, may_write):
    try:
        with _where(STANDBY, may_write=may_write):
            return run()
    except NeedsThePrimary:
        logger.warning("What was to be read at the standby writes: it is done again at the primary.")
    except TROUBLE as error:
        _leave_alone(error)
    return run()


@contextmanager
def _where(alias, *, may_write):
    reads, writes = _reads_at.set(alias), _may_write.set(may_write)
    try:
        yield
    finally:
        _may_write.reset(writes)
        _reads_at.reset(reads)


def _has_everything(patience) -> bool:
    """Whether the standby has replayed all that was committed at the primary until now; waits so many seconds for it."""
    if STANDBY not in settings.DATABASES or time.monotonic() < _left_alone_until:
        return False
    with connections[DEFAULT_DB_ALIAS].cursor() as primary:
        primary.execute("SELECT pg_current_wal_flush_lsn()")
        (position,) = primary.fetchone()
    until = time.monotonic() + patience
    try:
        with connections[STANDBY].cursor() as standby:
            while True:
                # One that was promoted meanwhile replays nothing any more, and is no standby.
                standby.execute("SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn", [position])
                if standby.fetchone()[0]:
                    return True
                if time.monotonic() >= until:
                    break
                time.sleep(LOOK_EVERY_SECONDS)
    except TROUBLE as error:
        _leave_alone(error)
        return False
    _leave_alone("it is behind")
    return False


def _leave_alone(why):
    global _left_alone_until
    _left_alone_until = time.monotonic() + LEFT_ALONE_SECONDS
    logger.warning("The primary serves instead of the standby: %s", why if isinstance(why, str) else type(why).__name__)
    connections[STANDBY].close()
