"""Numbers for Prometheus: requests, database and background jobs, of all processes of this server together."""

import os
import time
from contextlib import ExitStack
from datetime import timedelta
from functools import cache

import prometheus_client
from django.conf import settings
from django.db import connections
from django.db.models import Count, Min, Q
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_prometheus.db import errors_total, execute_many_total, execute_total, query_duration_seconds
from django_prometheus.middleware import PrometheusAfterMiddleware
from prometheus_client import CollectorRegistry, multiprocess
from prometheus_client.core import GaugeMetricFamily

from reports.jobs import WORKER_SEEN_SECONDS
from reports.models import Job, Worker
from reports.models.job import JobStatus
from yongzhou_ebike.metrics_files import locked


@require_GET
@never_cache
def metrics(request):
    """The numbers, to whoever brings METRICS_TOKEN; without that setting there is no such page."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    registry.register(Jobs())
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)
        with locked(folder, alone=False):
            told = prometheus_client.generate_latest(registry)
    else:
        registry.register(prometheus_client.REGISTRY)
        told = prometheus_client.generate_latest(registry)
    return HttpResponse(told, content_type=prometheus_client.CONTENT_TYPE_LATEST)


class Jobs:
    """The background work as the database knows it: the same from every server, two queries."""

    def collect(self):
        now = timezone.now()
        is_open = Q(status__in=[JobStatus.QUEUED, JobStatus.RUNNING])
        jobs = Job.objects.order_by().aggregate(
            waiting=Count("pk", filter=Q(status=JobStatus.QUEUED)),
            running=Count("pk", filter=Q(status=JobStatus.RUNNING)),
            failed=Count("pk", filter=Q(status=JobStatus.FAILED)),
            oldest_waiting=Min("created_at", filter=Q(status=JobStatus.QUEUED)),
            oldest_heartbeat=Min("heartbeat_at", filter=is_open),
        )
        workers = Worker.objects.order_by().aggregate(
            alive=Count("pk", filter=Q(seen_at__gte=now - timedelta(seconds=WORKER_SEEN_SECONDS))),
            oldest=Min("seen_at"),
        )
        for name, what, value in [
            ("jobs_waiting", "Background jobs that wait for a worker", jobs["waiting"]),
            ("jobs_running", "Background jobs that are done now", jobs["running"]),
            ("jobs_failed", "Background jobs that have failed and were not begun again", jobs["failed"]),
            ("jobs_oldest_waiting_seconds", "For how long the oldest waiting job waits", age(jobs["oldest_waiting"], now)),
            ("jobs_oldest_heartbeat_seconds", "Age of the oldest sign of life among open jobs", age(jobs["oldest_heartbeat"], now)),
            ("workers_alive", "Workers seen within the last minute", workers["alive"]),
            ("workers_oldest_heartbeat_seconds", "Age of the oldest sign of life among workers", age(workers["oldest"], now)),
        ]:  # fmt: skip
            yield GaugeMetricFamily(f"campaign_{name}", what, value=value)


def age(moment, now) -> float:
    """Seconds since then; 0 when there is nothing to be old."""
    return (now - moment).total_seconds() if moment else 0


class AfterMiddleware(PrometheusAfterMiddleware):
    """As the package counts, but a method that nobody knows has no series of its own: a stranger could make millions."""

    def label_metric(self, metric, request, response=None, **labels):
        if "method" in labels:
            labels["method"] = self._method(request)
        return super().label_metric(metric, request, response, **labels)


class DatabaseMiddleware:
    """Counts and times the statements of a request, on a pooled connection as on any other."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with ExitStack() as measuring:
            for connection in connections.all():
                measuring.enter_context(connection.execute_wrapper(measured))
            return self.get_response(request)


def measured(execute, sql, params, many, context):
    """Run the statement, counted under the names of django-prometheus."""
    labels, begun = (context["connection"].alias, context["connection"].vendor), time.perf_counter()
    one, several, durations = _series_of(*labels)
    try:
        result = execute(sql, params, many, context)
    except Exception as error:
        errors_total.labels(*labels, type(error).__name__).inc()
        raise
    finally:
        durations.observe(time.perf_counter() - begun)
    (several if many else one).inc()
    return result


@cache
def _series_of(alias, vendor):
    return tuple(
        counted.labels(alias, vendor) for counted in (execute_total, execute_many_total, query_duration_seconds)
    )
