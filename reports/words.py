"""What the fields say that hold codes or figures in a structure, with the words of their lists and indicators."""

from django.utils.translation import gettext_lazy as _

from entities import structured
from entities.models import EntityKind, ProductType
from inspections.models import Answer, Severity
from reports.indicators import indicator

PERIODS = {"week": _("this period"), "total": _("cumulative")}


def _of(choices):
    words = {choice.value: choice.label for choice in choices}
    return {"word": lambda code: words.get(code, code)}


def _figure(name) -> str:
    """What a frozen figure is called; one of an indicator that is gone by its key."""
    try:
        return str(PERIODS.get(name) or indicator(name).label)
    except KeyError:
        return name


WORDS = {
    "entity.goods": _of(ProductType),
    "entity.further_kinds": _of(EntityKind),
    "checklist.kinds": _of(EntityKind),
    "checklistitem.kinds": _of(EntityKind),
    "campaign.inspector_reviews": _of(Severity),
    "inspection.answers": _of(Answer),
    "selfcheck.answers": _of(Answer),
    "roundreport.figures": {"key": _figure},
}


def _words(field):
    return WORDS.get(f"{field.model._meta.model_name}.{field.name}", {})


def told(field, value) -> str:
    """What the field says."""
    return structured.told(value, **_words(field))


def told_apart(field, old, new) -> tuple[str, str]:
    """What the field said and says."""
    return structured.told_apart(field, old, new, **_words(field))
