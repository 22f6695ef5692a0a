"""Settings of the processes under test: a fast password hasher, plain static files, and a job that is stale after two seconds."""

import os

from tests.slow_work.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405

if os.environ.get("CLOCK_FILE"):
    from tests.faults.clock import follow

    follow()
