"""All indicators there are, in the order of their rings and chapters."""

from reports.indicators.declare import Indicator, Rate, declare
from reports.indicators.further import FURTHER, FURTHER_CHAPTERS
from reports.indicators.published import CHAPTERS, PUBLISHED

INDICATORS: tuple[Indicator | Rate, ...] = (*PUBLISHED, *FURTHER)
ALL_CHAPTERS = CHAPTERS | FURTHER_CHAPTERS
declare(*INDICATORS)


def published() -> list[Indicator | Rate]:
    """The indicators of the bulletin, in its order."""
    return [declared for declared in INDICATORS if declared.published]
