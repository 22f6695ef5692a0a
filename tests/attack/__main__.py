"""`python -m tests.attack [MINUTES]`; `python -m tests.attack again` writes the report of the last run anew."""

import os
import sys

import django

import tests.environment  # noqa: F401 — nothing of the developer's own `.env` counts

os.environ |= {"DJANGO_SETTINGS_MODULE": "yongzhou_ebike.settings", "LOG_LEVEL": "WARNING"}
django.setup()

from tests.attack import report  # noqa: E402
from tests.attack.run import main  # noqa: E402

if sys.argv[1:] == ["again"]:
    report.write(again=True)
else:
    sys.exit(main(*map(float, sys.argv[1:2])))
