"""Counting many figures with one query: those that read the same tables by the same links, and differ in plain conditions only."""

from copy import copy

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection
from django.db.models.sql.where import AND, WhereNode


def batch_of(declared, rows) -> tuple:
    """What figures have in common that one query can count; a figure that must be counted by itself has its own key there."""
    query = rows.query
    alone = (declared.key,)
    if query.where.connector != AND or query.where.negated or query.annotations or query.distinct or query.combinator:
        return alone
    if not declared.is_summed or declared.measure.filter is not None:
        return alone
    try:
        conditions = _conditions(query)
        # With the measure, which may ask for more tables: the officers of a visit make several rows of it.
        measured = rows.values("pk").annotate(figure=declared.measure).query.get_compiler(connection=connection)
        measured.pre_sql_setup()
        tables, _params = measured.get_from_clause()
    except (EmptyResultSet, FullResultSet):
        return alone
    # A condition that asks another table stays where the planner can make a join of it: all must have the same.
    asking = tuple(sorted(text for text in conditions if "SELECT" in text))
    return (" ".join(tables), asking, declared.date_field, declared.region_field, "month" in declared.additive)


def counted_together(measured):
    """The rows that all of them count, and of each its measure over those that are its own.

    `measured` are pairs of rows and measure, of one batch.
    """
    rows, measure = measured[0]
    if len(measured) == 1:
        return rows, [measure]
    each = [_conditions(rows.query) for rows, _measure in measured]
    shared = set.intersection(*map(set, each))
    rows.query.where = WhereNode([node for text, node in each[0].items() if text in shared])
    measures = []
    for (_rows, declared), conditions in zip(measured, each, strict=True):
        own = [node for text, node in conditions.items() if text not in shared]
        measure = copy(declared)
        measure.filter = WhereNode(own) if own else None
        measures.append(measure)
    return rows, measures


def _conditions(query) -> dict:
    """The conditions of a query that must all hold, by their text."""
    compiler = query.get_compiler(connection=connection)
    found = {}
    for node in query.where.children:
        sql, params = compiler.compile(node)
        found[f"{sql} {params!r}"] = node
    return found
