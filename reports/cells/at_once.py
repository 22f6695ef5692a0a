"""Counting everything at once: what the database and the process are told while it lasts."""

import gc
from contextlib import contextmanager

from django.db import connection


@contextmanager
def everything_at_once():
    """For the rest of the caller's transaction PostgreSQL shares out readings that give many rows, too: it prices a row that another
    of its processes hands over as ten that are read. And nobody looks for garbage meanwhile: there is none among the
    figures, and all of them would be looked through again and again."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL parallel_tuple_cost = 0.01")
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
