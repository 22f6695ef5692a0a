"""`python -m tests.attack [MINUTES]`."""

import os
import sys

import django

import tests.environment  # noqa: F401 — nothing of the developer's own `.env` counts

os.environ |= {"DJANGO_SETTINGS_MODULE": "yongzhou_ebike.settings", "LOG_LEVEL": "WARNING"}
django.setup()

from tests.attack.run import main  # noqa: E402

sys.exit(main(*(float(word) for word in sys.argv[1:2])))
