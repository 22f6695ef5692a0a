"""The ranking of places by the campaign's rules (月调度排名)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from reports.indicators import Rate, indicator
from reports.models import RankingRule
from reports.rollup import Row, county_rows

FULL = Decimal(100)


@dataclass(frozen=True)
class Standard:
    """One thing that is ranked by: the indicator, its weight, and how its points are given."""

    key: str
    weight: int
    fewer_is_better: bool = False
    at_least: int = 5

    @property
    def declared(self):
        return indicator(self.key)

    def value(self, figures):
        """The figure that counts; none for a rate of too few."""
        if isinstance(self.declared, Rate) and (figures[self.declared.whole] or 0) < self.at_least:
            return None
        return figures[self.key]

    def points(self, figures, most) -> Decimal | None:
        """Of a hundred: a rate's own per cent, a count's share of the largest; none where it can't be told."""
        value = self.value(figures)
        if value is None:
            return None
        if isinstance(self.declared, Rate):
            share = Decimal(value)
        elif most:
            share = FULL * Decimal(value) / Decimal(most)
        else:
            return None
        return FULL - share if self.fewer_is_better else share


# Where an administrator has set none.
USUAL = (
    Standard("inspections", 30), Standard("rectification_rate", 30), Standard("hazards_found", 15),
    Standard("cases_filed", 15), Standard("hazards_overdue", 10, fewer_is_better=True),
)  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """A place with its points by standard, its score, and its rank; without a score it is not ranked."""

    row: Row
    figures: list
    points: list
    score: Decimal | None
    rank: int | None


def standards(campaign) -> list[Standard]:
    """The campaign's rules, heaviest first; the usual ones without any."""
    rules = RankingRule.objects.filter(campaign=campaign)
    found = [Standard(rule.key, rule.weight, rule.fewer_is_better, rule.at_least) for rule in rules]
    return found or list(USUAL)


def ranked(scope, by) -> list[Placed]:
    """The places inside, best first; what can't be told of a place takes its weight away from it, never its points."""
    needed = {key for one in by for key in _asked(one)}
    rows = [row for row in county_rows(scope, needed) if not row.scope.own]
    most = {one.key: max((row.figures[one.key] or 0 for row in rows), default=0) for one in by}
    told = []
    for row in rows:
        points = [one.points(row.figures, most[one.key]) for one in by]
        weights = sum(one.weight for one, given in zip(by, points, strict=True) if given is not None)
        sum_ = sum(one.weight * given for one, given in zip(by, points, strict=True) if given is not None)
        score = (sum_ / weights).quantize(Decimal("0.1"), ROUND_HALF_UP) if weights else None
        told.append((row, points, score))
    scores = [score for _row, _points, score in told if score is not None]
    placed = [
        Placed(
            row, [row.figures[one.key] for one in by], points, score,
            None if score is None else 1 + sum(other > score for other in scores),
        )
        for row, points, score in told
    ]  # fmt: skip
    return sorted(placed, key=lambda one: (one.rank is None, one.rank))


def _asked(standard):
    declared = standard.declared
    return [standard.key, declared.part, declared.whole] if isinstance(declared, Rate) else [standard.key]
