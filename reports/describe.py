"""Every indicator in words, written from its declaration: the page docs/indicators.md."""

from django.db.models import Count, F
from django.utils.text import capfirst
from django.utils.translation import override

from reports.indicators import ALL_CHAPTERS, COUNT, DISTINCT, INDICATORS, Rate
from reports.ledgers import BY_NAME

CHINESE = "zh-hans"
INTRODUCTION = """# Indicators

Every figure that the system counts, written by `manage.py figures --describe` from the declarations in `reports/indicators/`.
Each may be asked for a campaign, a region, a unit and a period, and opens the list of what it counts. “Of which” names the whole
that it is a part of. “Adds up over” names what the parts of a table may be summed over; elsewhere a total is counted for itself.
A figure without a date is a stock: it is counted as it stands on the day of the question. Numbers that units return for an
indicator (汇总填报) are added to it once a second person checked them; nothing is returned for a rate. Drafts, and what was
voided or withdrawn, count nowhere.
"""
HEADS = ("key", "中文", "English", "unit", "counts", "of which", "date", "adds up over")


def described() -> str:
    """All indicators by chapter as a page of Markdown, with the words of both languages."""
    parts = [INTRODUCTION]
    for chapter, label in ALL_CHAPTERS.items():
        rows = [_row(declared) for declared in INDICATORS if declared.chapter == chapter]
        table = [HEADS, ["---"] * len(HEADS), *rows]
        lines = [f"| {' | '.join(cells)} |" for cells in table]
        parts.append("\n".join([f"## {capfirst(_in('en', label))} {_in(CHINESE, label)}", "", *lines, ""]))
    return "\n".join(parts)


def _in(language, words):
    with override(language):
        return str(words).replace("|", "\\|")


def _row(declared):
    names = [f"`{declared.key}`", _in(CHINESE, declared.label), _in("en", declared.label), _in(CHINESE, declared.unit)]
    parent = f"`{declared.parent}`" if declared.parent else ""
    if isinstance(declared, Rate):
        return [*names, f"`{declared.part}` ÷ `{declared.whole}`", parent, "", ""]
    with override("en"):
        return [*names, _counts(declared), parent, _date(declared), ", ".join(sorted(declared.additive))]


def _counts(declared):
    ledger = BY_NAME[declared.ledger]
    if declared.additive == DISTINCT:
        return f"{ledger.label}, each entity once"
    if declared.measure is COUNT:
        return str(ledger.label)
    words = " + ".join(_words(ledger.model, path) for path in _summed(declared.measure))
    if not words:
        return str(ledger.label)
    distinct = isinstance(declared.measure, Count) and declared.measure.distinct
    how = "different" if distinct else "number of" if isinstance(declared.measure, Count) else "sum of"
    return f"{how} {words} ({ledger.label})"


def _summed(measure):
    """The fields that the measure adds up or counts, without the record's own key."""
    return [part.name for part in measure.flatten() if isinstance(part, F) and part.name != "pk"]


def _words(model, path):
    field = _field(model, path)
    return str(field.related_model._meta.verbose_name_plural if field.is_relation else field.verbose_name)


def _date(declared):
    return str(_field(BY_NAME[declared.ledger].model, declared.date_field).verbose_name) if declared.date_field else ""


def _field(model, path):
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model
    return model._meta.get_field(last)
