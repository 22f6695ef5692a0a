"""What a log line belongs to: the request that is answered, or the job that is done, in this thread."""

from contextlib import contextmanager
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
job_number: ContextVar[int | None] = ContextVar("job_number", default=None)


@contextmanager
def belongs_to(variable, value):
    """Every line logged inside carries that value."""
    before = variable.set(value)
    try:
        yield
    finally:
        variable.reset(before)
