"""Settings of a place that tests back up and restore: tables made at once, commands in English."""

from tests.slow_work.settings import AtOnce
from yongzhou_ebike.settings import *  # noqa: F403

MIGRATION_MODULES = AtOnce()
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LANGUAGE_CODE = "en"
