"""Every total, declared once. Dashboard, ledgers, workbook, API and command line all ask here; none has a filter of its own."""

from reports.indicators.catalogue import ALL_CHAPTERS, INDICATORS, published
from reports.indicators.declare import COUNT, DISTINCT, EVERYWHERE, Indicator, Rate, indicator
from reports.indicators.published import CHAPTERS, TRADE
from reports.indicators.totals import counted, no_figures, total, totals, totals_at, totals_by

__all__ = [
    "ALL_CHAPTERS",
    "CHAPTERS",
    "COUNT",
    "DISTINCT",
    "EVERYWHERE",
    "INDICATORS",
    "TRADE",
    "Indicator",
    "Rate",
    "counted",
    "indicator",
    "no_figures",
    "published",
    "total",
    "totals",
    "totals_at",
    "totals_by",
]
