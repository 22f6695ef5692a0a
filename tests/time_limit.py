"""No test takes for ever: one that waits for a process which is gone, or for a port which is taken, fails and cleans up."""

import signal
from contextlib import contextmanager

import pytest

LIMIT_SECONDS = 900  # far more than any needs, also on a busy machine


def _stop(*_signal):
    raise TimeoutError(f"This test was not done within {LIMIT_SECONDS} seconds.")


@contextmanager
def processor_seconds(most):
    """What is done within takes no more of the processor's time, however busy the machine is.

    For what takes a hundredth of it when each byte is looked at once, and many times it when each is for every byte before.
    """

    def stop(*_signal):
        # Nothing that the code catches: to it a TimeoutError may be a file that can't be read.
        pytest.fail(f"This took more than {most} seconds of the processor.")

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, most)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol():
    """Count from its set-up to its clean-up; what is raised inside them is reported as its failure."""
    signal.signal(signal.SIGALRM, _stop)
    signal.alarm(LIMIT_SECONDS)
    try:
        return (yield)
    finally:
        signal.alarm(0)
