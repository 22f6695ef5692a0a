"""What each figure reads: derived from the query that counts it, so that nobody declares it twice."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.apps import apps
from django.db.models import Model

from entities.today import today
from inspections.models import Campaign, ListingCheck
from reports.cells.batches import batch_of
from reports.cells.triggers import WATCHED, sources
from reports.indicators.catalogue import INDICATORS
from reports.indicators.declare import DISTINCT, Indicator
from reports.scope import FigureScope

NAMES = re.compile(r'"(\w+)"')
# In subqueries tables go by other names: `"entities_unit" U1`, `U1."name"`.
ALIASES = re.compile(r'"(\w+)" ([A-Z]+\d+)\b')
COLUMNS = re.compile(r'"?(\w+)"?\."(\w+)"')
# A day of no campaign: where the query for it differs from another's, the figure is judged by the day.
DAY, OTHER_DAY = date(2000, 1, 3), date(2000, 1, 4)


@dataclass(frozen=True)
class Reading:
    """A figure, the model whose rows it counts, all models that its query reads, and a digest of that query.

    Figures of the same `batch` are counted by one query.
    """

    declared: Indicator
    model: type[Model]
    models: frozenset[type[Model]]
    is_of_the_day: bool
    is_marked: bool
    digest: str
    batch: tuple

    @property
    def key(self) -> str:
        return self.declared.key

    @property
    def one_of(self) -> str:
        """By what only one record counts, wherever the others lie: an entity's first, a sales page's last check; else empty."""
        if self.declared.additive == DISTINCT:
            return "entity"
        return "listing" if self.model is ListingCheck else ""

    @property
    def adds_up_over_places(self) -> bool:
        return "region" in self.declared.additive


@cache
def declared_readings() -> dict[str, Reading]:
    """Of every declared indicator that is no rate, and of the parts that it is broken down into, by key."""
    whole = [declared for declared in INDICATORS if isinstance(declared, Indicator)]
    parts = [
        declared.part(field, value)
        for declared in whole
        for field in declared.broken_down_by
        for value, _label in _read(declared).model._meta.get_field(field).flatchoices
    ]
    return {declared.key: _read(declared) for declared in (*whole, *parts)}


def readings(campaign) -> dict[str, Reading]:
    """Of every indicator of the campaign, its own ones too: those that cells can keep. One query."""
    from reports.own import Broken, own_indicators  # own indicators rest on the ledgers, and those on the figures

    own = [declared for declared in own_indicators(campaign) if not isinstance(declared, Broken)]
    every = declared_readings() | {declared.key: _read(declared) for declared in own if declared.date_field != "until"}
    return {key: reading for key, reading in every.items() if reading.is_marked}


def reading_of(declared) -> Reading:
    """Of one indicator, own or not; not of one that is counted from returns alone."""
    return declared_readings().get(declared.key) or _read(declared)


def _read(declared):
    rows, others = _rows(declared, DAY), _rows(declared, OTHER_DAY)
    batch, query = batch_of(declared, rows), _counting(declared, rows)
    (sql, params), (_sql, others) = query.sql_with_params(), _counting(declared, others).sql_with_params()
    tables = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    names = set(NAMES.findall(sql)) & tables.keys()
    marked = {source.table for source in sources()}
    table_of = {alias: table for table, alias in ALIASES.findall(sql)}
    read = {(table_of.get(name, name), column) for name, column in COLUMNS.findall(sql)}
    alien = {(table, column) for table, column in read if column not in (*WATCHED.get(table, (column,)), "id")}
    told = "\n".join([sql, repr(params), str(declared.measure), declared.date_field, declared.region_field])
    return Reading(
        declared=declared,
        model=query.model,
        models=frozenset(tables[name] for name in names),
        # A filter of an own indicator may ask for today by itself.
        is_of_the_day=params != others or today() in params or today().isoformat() in map(str, params),
        is_marked=names <= marked and not alien,
        digest=hashlib.blake2s(told.encode(), digest_size=8).hexdigest(),
        batch=batch,
    )


def _rows(declared, day):
    probe = Campaign(pk=0, region_id="00", starts_on=DAY, ends_on=DAY)
    return declared.rows(FigureScope(probe, on=day)).order_by()


def _counting(declared, rows):
    return rows.values("pk").annotate(figure=declared.measure).query
