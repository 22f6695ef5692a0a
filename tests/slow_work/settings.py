"""Settings of the worker process: tables made at once, and a job is stale after a second of silence."""

from yongzhou_ebike.settings import *  # noqa: F403


class AtOnce:
    """No app has migrations: the tables are made as the models stand."""

    def __contains__(self, app):
        return True

    def __getitem__(self, app):
        return None


INSTALLED_APPS = [*INSTALLED_APPS, "tests.slow_work.SlowWork"]  # noqa: F405
MIGRATION_MODULES = AtOnce()
JOB_STALE_SECONDS = 2
