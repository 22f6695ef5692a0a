"""How a log line looks, and what never stands in one: text about people, long numbers, tokens, query strings."""

import logging
import re

from pythonjsonlogger.json import JsonFormatter

from entities.log_context import job_number, request_id

# Whoever holds the address of a public page may write in it, so its token is a password.
TOKENS = (re.compile(r"(/[sr]/(?:receipt/)?)[^/\s'\"]+"), r"\1…")
QUERIES = (re.compile(r"(?<=[\w/])\?[^\s'\"]+"), "?…")
# Our own messages are English: Chinese text in one was quoted from a record or a form.
NAMES = (re.compile("[\u3400-\u9fff\uf900-\ufaff](?:[·\\w]*[\u3400-\u9fff\uf900-\ufaff])?"), "…")
# Telephone, identity and licence numbers; a job or an officer never has so many digits.
NUMBERS = (re.compile(r"\d{7,}[Xx]?|\b1\d\d[- ]\d{4}[- ]\d{4}\b"), "#")
# PostgreSQL quotes the row that it refuses.
ROWS = (re.compile(r"^(DETAIL|CONTEXT):.*$", re.MULTILINE), r"\1: …")

FIELDS = ("time", "level", "logger", "message", "request_id", "job", "method", "route", "status", "ms", "officer")


def scrubbed(text: str) -> str:
    """The text without what could tell about a person or open a page."""
    for pattern, instead in (ROWS, TOKENS, QUERIES, NAMES, NUMBERS):
        text = pattern.sub(instead, text)
    return text


class BelongsTo(logging.Filter):
    """Writes the number of the request or the job on each record."""

    def filter(self, record):
        record.request_id = request_id.get() or getattr(getattr(record, "request", None), "number", "")
        record.job = job_number.get()
        return True


class JsonLines(JsonFormatter):
    """One JSON object a line, with the fields of a fixed list: what else a record carries may hold a whole request."""

    def __init__(self):
        super().__init__(
            "%(levelname)s %(name)s %(message)s", timestamp="time", json_ensure_ascii=False,
            rename_fields={"levelname": "level", "name": "logger"},
        )  # fmt: skip

    def process_log_record(self, log_data):
        told = {name: log_data[name] for name in FIELDS if log_data.get(name) not in (None, "")}
        told["message"] = scrubbed(str(log_data.get("message", "")))
        if log_data.get("exc_info"):
            told["exception"] = scrubbed(log_data["exc_info"])
        return told


class PlainLines(logging.Formatter):
    """Lines for a person at a terminal; scrubbed the same, so that a copied line gives nothing away."""

    def format(self, record):
        # Time and request number are made by us; a number of the request may well have seven digits in a row.
        head = f"{self.formatTime(record)} {getattr(record, 'request_id', '') or '-'} {record.levelname} {record.name}"
        return f"{head} {scrubbed(super().format(record))}"


def logging_for(log_format, level):
    """The LOGGING setting: everything to standard error, where a container engine or journald takes it."""
    formatter = JsonLines if log_format == "json" else PlainLines
    console = {"handlers": ["console"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"belongs_to": {"()": BelongsTo}},
        "formatters": {"line": {"()": formatter}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["belongs_to"]},
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would print the same line unscrubbed or mail it.
            "django": {"handlers": [], "propagate": True},
            # 404s and the like stand in the access line, without their path.
            "django.request": {"level": "ERROR"},
            "django.server": console,
            "gunicorn.error": console | {"level": level},
            "gunicorn.access": {"handlers": [], "propagate": False},
            "axes": {"level": "WARNING"},
        },
    }  # fmt: skip
