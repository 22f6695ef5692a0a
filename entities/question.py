"""Questions that pages ask in the same words each time: put into SQL once in a process, asked with the values of now.

To build such a query and to write its SQL costs several times what it costs to ask. Only the words are kept, never an answer.
"""

from copy import copy
from functools import cached_property
from threading import Lock

from django.db import connections, router
from django.db.models import BigIntegerField, Expression


class Given(Expression):
    """A value that is given by this name whenever the question is asked: a key, unless the field says what else."""

    def __init__(self, name, field=None):
        super().__init__(output_field=field or BigIntegerField())
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def among(self, values, connection):
        return self.output_field.get_db_prep_value(values[self.name], connection=connection)


class Question:
    """The rows of the queryset that `made` makes, which names by `Given` what is different each time."""

    def __init__(self, made):
        self._made, self._worded, self._lock = made, {}, Lock()

    @cached_property
    def _model(self):
        return self._made().model

    def __call__(self, **values) -> list:
        """What the database answers now. One query."""
        using = router.db_for_read(self._model)
        rows, worded, sql, given = self._worded.get(using) or self._put_into_words(using)
        compiler = copy(worded)
        compiler.connection = connections[using]
        params = tuple(p.among(values, compiler.connection) if isinstance(p, Given) else p for p in given)
        compiler.as_sql = lambda *_args, **_options: (sql, params)
        rows = rows.using(using)
        rows.query.get_compiler = lambda *_args, **_options: compiler
        return list(rows)

    def _put_into_words(self, using):
        """Writing SQL changes the query that it is written of, so that threads take turns, and the rows keep another one."""
        with self._lock:
            if using not in self._worded:
                compiler = self._made().query.get_compiler(using=using)
                self._worded[using] = self._made(), compiler, *compiler.as_sql()
            return self._worded[using]
