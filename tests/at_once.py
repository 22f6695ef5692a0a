"""Several calls at the same moment, each with a connection of its own."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

# The tests' SQLite lives in memory, shared between connections, where a second writer fails instead of waiting.
# What these tests show needs writers that wait for each other; the same rules are also tested one after the other.
needs_waiting_writers = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="needs a server on which writers wait for each other"
)


def at_once(*calls):
    """Run the calls at the same moment. Returns, in order, None for one that succeeded and else its ValidationError."""
    outcomes = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(number, call):
        start.wait()
        try:
            call()
        except ValidationError as error:
            outcomes[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes
