"""The clock of a process under test: real time and the seconds written in the file that CLOCK_FILE names."""

import datetime
import os
import time
from pathlib import Path

from django.utils import timezone


def follow(told=Path(os.environ["CLOCK_FILE"])):
    """From now on this process takes the time from there, in Django and in Python; pauses stay as long as they are."""
    real = time.time

    def ahead():
        return float(told.read_text() or 0)

    class Shifted(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.datetime.now(tz) + datetime.timedelta(seconds=ahead())

    time.time = lambda: real() + ahead()
    timezone.datetime = Shifted
