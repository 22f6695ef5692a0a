"""What the pages of entities share: a clock that stands still."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache


@pytest.fixture
def clock(monkeypatch):
    """Nobody was here before, and the time of the limits does not end while a test counts."""
    cache.clear()
    clock = SimpleNamespace(now=1_725_235_200.0)
    monkeypatch.setattr("inspections.rate_limit.time", SimpleNamespace(time=lambda: clock.now))
    return clock
