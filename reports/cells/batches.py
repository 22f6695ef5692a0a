"""Counting many figures with one query: those that read the same rows of the same tables, and differ in plain conditions only."""

from copy import copy

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection
from django.db.models.sql.where import AND, OR, WhereNode


def batch_of(declared, rows) -> tuple:
    """What figures have in common that one query can count; a figure that must be counted by itself has its own key there."""
    query = rows.query
    alone = (declared.key,)
    if query.where.connector != AND or query.where.negated or query.annotations or query.distinct or query.combinator:
        return alone
    if not declared.is_summed or declared.measure.filter is not None:
        return alone
    try:
        conditions = _conditions(query.where, query)
        # With the measure, which may ask for more tables: the officers of a visit make several rows of it.
        measured = rows.values("pk").annotate(figure=declared.measure).query
        multiplying = _multiplying(measured)
    except (EmptyResultSet, FullResultSet):
        return alone
    # A condition that asks another table stays where the planner can make a join of it: all must have the same.
    asking = tuple(sorted(text for text in conditions if "SELECT" in text))
    return (query.model, multiplying, asking, declared.region_field, bool(declared.date_field))


def counted_together(measured):
    """The rows that all of them count, and of each its measure over those that are its own.

    `measured` are pairs of rows and measure, of one batch.
    """
    rows, measure = measured[0]
    if len(measured) == 1:
        return rows, [measure]
    query, wheres = rows.query.clone(), []
    for others, _measure in measured:
        # As `rows | others` does: the joins of both, outer ones where only one of them asks for it.
        query.where = WhereNode()
        query.combine(others.query, OR)
        wheres.append(query.where.children[-1])
    each = [_conditions(where, query) for where in wheres]
    shared = set.intersection(*map(set, each))
    query.where = WhereNode([node for text, node in each[0].items() if text in shared])
    rows.query = query
    measures = []
    for (_rows, declared), conditions in zip(measured, each, strict=True):
        own = [node for text, node in conditions.items() if text not in shared]
        measure = copy(declared)
        measure.filter = WhereNode(own) if own else None
        measures.append(measure)
    return rows, measures


def _conditions(where, query) -> dict:
    """The conditions that must all hold, by their text."""
    compiler = query.get_compiler(connection=connection)
    found = {}
    for node in where.children:
        sql, params = compiler.compile(node)
        found[f"{sql} {params!r}"] = node
    return found


def _multiplying(query) -> str:
    """The links that make several rows of one; not those by which each row names one other, or none."""
    compiler = query.get_compiler(connection=connection)
    compiler.pre_sql_setup()
    joins = [join for alias, join in query.alias_map.items() if join.join_type and query.alias_refcount[alias]]
    return " ".join(
        compiler.compile(join)[0] for join in joins if join.join_field.one_to_many or join.join_field.many_to_many
    )
