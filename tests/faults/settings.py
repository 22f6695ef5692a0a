"""Settings of the processes under test: a fast password hasher, plain static files, and a job that is stale after two seconds."""

from tests.environment import FAST_HASHER
from tests.slow_work.settings import *  # noqa: F403

PASSWORD_HASHERS = [FAST_HASHER]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
