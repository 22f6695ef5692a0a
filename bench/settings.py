"""The settings of production, with a fast password hasher: signing in is not what is measured."""

from yongzhou_ebike.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
