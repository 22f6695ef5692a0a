"""A campaign's own indicators, and which of all indicators it shows."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import DecimalField, IntegerField, Sum
from django.http import Http404, QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.outside import is_storable
from reports.indicators import (
    ALL_CHAPTERS,
    CHAPTERS,
    COUNT,
    EVERYWHERE,
    INDICATORS,
    Indicator,
    Rate,
    indicator,
    published,
)
from reports.ledgers import BY_NAME
from reports.models import ChosenIndicator, OwnIndicator, Return
from reports.scope import FigureScope

OWN_CHAPTER = "own"
CHAPTER_LABELS = ALL_CHAPTERS | {OWN_CHAPTER: _("Own indicators")}
SCOPED = {"region", "own", "unit", "from", "to", "as_of", "figure", "after", "before", "sort", "columns"}


@dataclass(frozen=True)
class Broken:
    """An own indicator that can't be counted any more, and why."""

    key: str
    label: str
    reason: str


def selected(own):
    """The ledger and the saved selection of an own indicator. Raises ValidationError for what its ledger does not offer."""
    from reports.selection import Selection  # drill-downs look own indicators up here

    declared = BY_NAME.get(own.ledger)
    if declared is None:
        raise ValidationError({"ledger": gettext("There is no such ledger: choose one of the list.")})
    query = QueryDict(own.query.lstrip("?"))
    try:
        chosen = Selection(declared, None, own.campaign, query)
        unknown = set(query) - set(chosen.form.fields) - SCOPED
    except Http404:
        raise ValidationError({"query": gettext("The filter names an indicator: leave `figure` out.")}) from None
    if unknown:
        raise ValidationError(
            {
                "query": gettext("This ledger has no filter “%(names)s” any more.")
                % {"names": ", ".join(sorted(unknown))}
            }
        )
    if set(query) & SCOPED:
        raise ValidationError({"query": gettext("Leave place, unit and period out: they are asked of every figure.")})
    if not chosen.is_valid:
        wrong = "; ".join(f"{name}: {' '.join(said)}" for name, said in chosen.form.errors.items())
        raise ValidationError({"query": gettext("The filter makes no sense: %(wrong)s") % {"wrong": wrong}})
    return declared, chosen


def _measure(own, model):
    if not own.measure:
        return COUNT
    fields = {f.name: f for f in model._meta.fields if isinstance(f, IntegerField | DecimalField) and not f.is_relation}
    if own.measure not in fields or own.measure in ("id", "version"):
        raise ValidationError(
            {"measure": gettext("“%(name)s” is no number of this ledger's records.") % {"name": own.measure}}
        )
    return Sum(own.measure)


def check(own):
    """Raise ValidationError, in words, when the own indicator can't be counted."""
    if own.key in {declared.key for declared in INDICATORS}:
        raise ValidationError({"key": gettext("This key belongs to an indicator of the system.")})
    if own.ledger:
        declared, _chosen = selected(own)
        _measure(own, declared.model)
    elif own.query or own.measure:
        raise ValidationError({"ledger": gettext("Choose the ledger that the filter belongs to.")})


def declared_from(own) -> Indicator | Broken:
    """The own indicator as a declaration like any other; Broken with the reason when its filter no longer makes sense."""
    if not own.ledger:
        return Indicator(
            own.key, OWN_CHAPTER, own.label, own.unit_label, lambda scope: Return.objects.none(), "until", "return",
            published=False,
        )  # fmt: skip
    try:
        ledger, chosen = selected(own)
        measure = _measure(own, ledger.model)
    except ValidationError as error:
        return Broken(own.key, own.label, " ".join(error.messages))
    keys = _counting(chosen.rows, own.campaign).order_by().values("pk")
    return Indicator(
        own.key, OWN_CHAPTER, own.label, own.unit_label,
        lambda scope: ledger.model.objects.filter(pk__in=keys), ledger.date, ledger.name,
        measure=measure, additive=EVERYWHERE if ledger.date else EVERYWHERE - {"month"}, published=False,
    )  # fmt: skip


def _counting(rows, campaign):
    """Without what counts nowhere (drafts, voided, withdrawn) and, of what belongs to no campaign, only what lies in its area."""
    for verb in ("counted", "submitted"):
        if hasattr(rows, verb):
            rows = getattr(rows, verb)()
    fields = {field.name for field in rows.model._meta.fields}
    return rows if "campaign" in fields else rows.filter(region__code__startswith=campaign.region_id)


def own_indicators(campaign) -> list[Indicator | Broken]:
    """The campaign's own indicators. One query."""
    return [declared_from(own) for own in OwnIndicator.objects.filter(campaign=campaign)]


def indicator_of(campaign, key) -> Indicator | Rate:
    """The declaration of that key, own or not; raises KeyError when there is none that can be counted."""
    try:
        return indicator(key)
    except KeyError:
        own = OwnIndicator.objects.filter(campaign=campaign, key=key).first() if is_storable(key) else None
        found = declared_from(own) if own is not None else None
        if not isinstance(found, Indicator):
            raise KeyError(key) from None
        return found


def labels(campaign) -> dict[str, str]:
    """Every indicator of the campaign (of all campaigns without one) by its key, in words."""
    rows = OwnIndicator.objects.all() if campaign is None else OwnIndicator.objects.filter(campaign=campaign)
    own = {o.key: o.label for o in rows}
    return {declared.key: str(declared.label) for declared in INDICATORS} | own


def label_of(campaign, key) -> str:
    """The indicator in words. One query for an own one, none where the campaign's own indicators are loaded."""
    try:
        return str(indicator(key).label)
    except KeyError:
        return next((own.label for own in campaign.own_indicators.all() if own.key == key), key)


def returnable(campaign) -> dict[str, str]:
    """Those for which numbers may be returned: all but the rates."""
    rates = {declared.key for declared in INDICATORS if isinstance(declared, Rate)}
    return {key: label for key, label in labels(campaign).items() if key not in rates}


def larger_part(campaign, region, key):
    """(part, its figure, whole, its figure) where a part of that indicator, or it itself, is larger than its whole; else None.

    Asked of the region and of the whole campaign, cumulatively. Two queries for each pair and place.
    """
    pairs = [i for i in INDICATORS if isinstance(i, Indicator) and i.parent and key in (i.key, i.parent)]
    for part in pairs:
        whole = indicator(part.parent)
        places = [FigureScope(campaign)]
        if part.region_field == whole.region_field == "region":
            places.append(FigureScope(campaign, region))
        for scope in places:
            number, of = part.total(scope), whole.total(scope)
            if number > of:
                return str(part.label), number, str(whole.label), of
    return None


def shown_for(campaign, *, supporting=False) -> list[tuple[str, list[Indicator | Rate | Broken]]]:
    """The chapters that the campaign's dashboard and reports show, each with its indicators in order.

    What an administrator chose, else those of the bulletin (`supporting`: and those that support them) with the own ones after
    them. Two queries.
    """
    own = {declared.key: declared for declared in own_indicators(campaign)}
    chosen = list(ChosenIndicator.objects.filter(campaign=campaign))
    if not chosen:
        usual = INDICATORS if supporting else published()
        chapters = [(str(label), [i for i in usual if i.chapter == key]) for key, label in CHAPTERS.items()]
        return [*chapters, (str(CHAPTER_LABELS[OWN_CHAPTER]), list(own.values()))] if own else chapters
    known = {declared.key: declared for declared in INDICATORS} | own
    order = list(CHAPTER_LABELS)
    chapters = {}
    for row in sorted(
        chosen, key=lambda row: (order.index(row.chapter) if row.chapter in order else 99, row.rank, row.pk)
    ):
        if row.key in known:
            chapters.setdefault(str(CHAPTER_LABELS.get(row.chapter, row.chapter)), []).append(known[row.key])
    return list(chapters.items())


def is_own(declared) -> bool:
    """Whether the figure is a campaign's own, and to be marked so wherever it is shown."""
    return isinstance(declared, Broken) or declared.chapter == OWN_CHAPTER
