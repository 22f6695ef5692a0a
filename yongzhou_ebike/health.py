"""Whether this process lives, and whether it can serve: what a proxy, a container engine or a supervisor asks."""

import inspect
import logging
from dataclasses import dataclass
from functools import cache

from asgiref.sync import async_to_sync
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from health_check.base import HealthCheck
from health_check.checks import Cache, Database, Storage
from health_check.exceptions import ServiceUnavailable

logger = logging.getLogger(__name__)


@cache
def last_migrations() -> frozenset:
    """The last migration of each app; read once, since the files of a running process don't change."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


@dataclass
class Migrations(HealthCheck):
    """No migration that this version brings is missing; one more than it knows is fine, so that an older process
    serves on while a newer one is rolled out."""

    def run(self):
        if last_migrations() - MigrationRecorder(connection).applied_migrations().keys():
            raise ServiceUnavailable("There are migrations to apply.")


CHECKS = {"database": Database, "migrations": Migrations, "cache": Cache, "storage": Storage}


@require_safe
@never_cache
def alive(request):
    """This process answers; nothing else is asked, so that a dead database does not get every process restarted."""
    return JsonResponse({"alive": "ok"})


@require_safe
@never_cache
@transaction.non_atomic_requests
def ready(request):
    """`ok` or `not ok` for everything that a request needs, 503 when one fails; why it failed is in the log only.

    Without the database nothing more is asked: the others would wait for it again, each for as long.
    """
    answers = {}
    for name, check in CHECKS.items():
        answers[name] = "ok" if _passes(name, check()) else "not ok"
        if answers.get("database") == "not ok":
            break
    return JsonResponse(answers, status=503 if "not ok" in answers.values() else 200)


def _passes(name, check) -> bool:
    # In this very thread: a thread pool would open database connections of its own for each probe.
    run = async_to_sync(check.run) if inspect.iscoroutinefunction(check.run) else check.run
    try:
        run()
    except Exception as error:
        logger.warning("Not ready: %s: %s", name, error)
        return False
    return True
