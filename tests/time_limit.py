"""No test takes for ever: one that waits for a process which is gone, or for a port which is taken, fails and cleans up."""

import signal

import pytest

LIMIT_SECONDS = 900  # far more than any needs, also on a busy machine


def _stop(*_signal):
    raise TimeoutError(f"This test was not done within {LIMIT_SECONDS} seconds.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol():
    """Count from its set-up to its clean-up; what is raised inside them is reported as its failure."""
    signal.signal(signal.SIGALRM, _stop)
    signal.alarm(LIMIT_SECONDS)
    try:
        return (yield)
    finally:
        signal.alarm(0)
