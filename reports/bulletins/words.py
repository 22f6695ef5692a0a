"""The sentences of bulletins, which are Chinese whatever the language of the screen; they stand in reports/data/bulletin.json."""

import json
from pathlib import Path

WORDS = json.loads((Path(__file__).parent.parent / "data" / "bulletin.json").read_text(encoding="utf-8"))


def day_in_words(day) -> str:
    return WORDS["day"].format(year=day.year, month=day.month, day=day.day)


def before_in_words(bulletin, last) -> str:
    """What it is compared with: the month before, or the last one issued."""
    return WORDS["before"][bulletin.kind].format(number=last.number if last else "")


def title_of(bulletin) -> str:
    until = bulletin.until
    return WORDS["title"][bulletin.kind].format(campaign=bulletin.campaign.name, year=until.year, month=until.month)


def frame_words(bulletin) -> dict[str, str]:
    """What every sentence may name: the campaign, the place and the period."""
    until = bulletin.until
    return {
        "campaign": bulletin.campaign.name,
        "place": bulletin.region.name,
        "whole": WORDS["whole"].format(last=bulletin.region.name[-1]),
        "period": WORDS["period"][bulletin.kind].format(until=day_in_words(until), year=until.year, month=until.month),
    }
