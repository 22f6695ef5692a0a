"""The bulletin as it is set on paper: on the screen with every figure a link to its records, and as Word.

The Word template stands in reports/word/, so that the office can restyle it; docs/word-templates.md lists its fields.
"""

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.utils.translation import override
from docxtpl import DocxTemplate

from inspections.documents import NOT_IN_XML
from reports.bulletins.facts import MAIN, OWN, Fact, numbers, regions_of, told
from reports.bulletins.numbers import find_numbers, plain
from reports.bulletins.words import WORDS, day_in_words
from reports.dashboard import records_url
from reports.indicators import Rate, indicator

TEMPLATE = Path(__file__).parent.parent / "word" / "bulletin.docx"
LEVEL_TWO = re.compile("（[一二三四五六七八九十]+）[^。]*。")
NOTHING = "—"


@dataclass(frozen=True)
class Piece:
    """Some words of a paragraph; a figure among them has the address of its records."""

    text: str
    url: str = ""
    label: str = ""


class Paper:
    """One version of a bulletin; figures are linked where the officer it is shown to may see their records."""

    def __init__(self, bulletin, version, officer=None):
        self.bulletin, self.version = bulletin, version
        self.figures, self.values = version.figures, numbers(version.figures)
        self.regions = regions_of(version.figures) if officer else {}
        self.officer = officer

    def url(self, name) -> str:
        """The records behind a fact; none for a comparison, nor outside the officer's scope."""
        if self.officer is None or not name:
            return ""
        scope = Fact(name).scope(self.bulletin, self.regions)
        if scope is None or not self.officer.covers(scope.place.code):
            return ""
        return records_url(indicator(Fact(name).key), scope)

    @property
    def masthead(self) -> dict[str, str]:
        """What stands above the red line."""
        return {
            "masthead": f"{self.bulletin.campaign.name}{WORDS['masthead'][self.bulletin.kind]}",
            "issue": WORDS["issue"].format(number=self.bulletin.number),
            "unit": self.bulletin.unit.name,
            "day": day_in_words(self.bulletin.as_of),
            "title": self.version.text["title"],
            "as_of": WORDS["as_of"].format(day=day_in_words(self.bulletin.as_of)),
        }

    def sections(self) -> list[dict]:
        """The sections that have words, numbered, each paragraph with its level-two head and its pieces."""
        told_of, numeral = [], iter(WORDS["numerals"])
        for section in self.version.text["sections"]:
            if not section["words"].strip():
                continue
            head = f"{next(numeral)}、{section['head']}" if section["head"] else ""
            told_of.append({"head": head, "paragraphs": list(self._paragraphs(section))})
        return told_of

    def _paragraphs(self, section):
        found = list(zip(find_numbers(section["words"]), section["stated"], strict=True))
        start = 0
        for line in section["words"].split("\n"):
            words, at = line.strip(), start + len(line) - len(line.lstrip())
            start += len(line) + 1
            if not words:
                continue
            head = LEVEL_TWO.match(words)
            lead = head[0] if head else ""
            begin, end = at + len(lead), at + len(words)
            inside = [(number, name) for number, name in found if begin <= number.start < end]
            yield {"lead": lead, "pieces": self._pieces(section["words"], begin, end, inside)}

    def _pieces(self, words, begin, end, inside) -> list[Piece]:
        pieces = []
        for number, name in inside:
            pieces.append(Piece(words[begin : number.start]))
            label = Fact(name).label(self.figures["places"]) if name else ""
            pieces.append(Piece(number.text, self.url(name), label))
            begin = number.end
        pieces.append(Piece(words[begin:end]))
        return [piece for piece in pieces if piece.text]

    def counties(self) -> dict | None:
        """The places inside by the main indicators, with their rank; none where there are none."""
        if not self.figures["places"]:
            return None
        ranked_by = WORDS["ranked_by"]
        ranked = [
            self.values[f"{ranked_by}@{code}"] for code, _name in self.figures["places"] if not code.endswith(OWN)
        ]
        rows = []
        for code, name in self.figures["places"]:
            own = self.values[f"{ranked_by}@{code}"]
            rank = NOTHING if code.endswith(OWN) else str(1 + sum(other > own for other in ranked))
            rows.append({"name": name, "rank": rank, "cells": [self._cell(f"{key}@{code}") for key in MAIN]})
        with override("zh-hans"):
            heads = [_head(indicator(key)) for key in MAIN]
        total = {"name": self.bulletin.region.name, "rank": "", "cells": [self._cell(key) for key in MAIN]}
        columns = [WORDS["place_column"], WORDS["rank_column"], *heads]
        return {"title": WORDS["counties_head"], "columns": columns, "heads": heads, "rows": rows, "total": total}

    def table(self) -> dict:
        """Every indicator: in the period, last time, more or less, and since the campaign began."""
        rows = []
        with override("zh-hans"):
            for declared in told():
                key = declared.key
                more, less = self.values.get(f"{key}.more"), self.values.get(f"{key}.less")
                change = NOTHING if more is None else f"-{plain(less)}" if less else plain(more)
                rows.append(
                    {
                        "name": str(declared.label),
                        "unit": str(declared.unit),
                        "now": self._cell(key),
                        "before": self._cell(f"{key}.before"),
                        "change": change,
                        "total": self._cell(f"{key}.total"),
                    }
                )
        before = self.figures["before"] or NOTHING
        columns = [*WORDS["figure_columns"], before, *WORDS["further_columns"]]
        return {"title": WORDS["figures_head"], "columns": columns, "before": before, "rows": rows}

    def _cell(self, name) -> Piece:
        value = self.values.get(name)
        if value is None:
            return Piece(NOTHING)
        percent = "%" if isinstance(indicator(Fact(name).key), Rate) else ""
        return Piece(f"{plain(value)}{percent}", self.url(name))

    def word(self) -> bytes:
        """The Word file, from the office's template."""
        template = DocxTemplate(TEMPLATE)
        template.render(_plain(self.masthead | self._fields()), autoescape=True)
        written = BytesIO()
        template.save(written)
        return written.getvalue()

    def _fields(self) -> dict:
        sections = [
            {
                "head": section["head"],
                "paragraphs": [
                    {"lead": paragraph["lead"], "words": "".join(piece.text for piece in paragraph["pieces"])}
                    for paragraph in section["paragraphs"]
                ],
            }
            for section in self.sections()
        ]
        return {"sections": sections, "counties": self.counties(), "table": self.table()}


def _head(declared) -> str:
    """The name of a column, with its unit where the figures do not show it."""
    return str(declared.label) if isinstance(declared, Rate) else f"{declared.label}（{declared.unit}）"


def _plain(value):
    """Text as XML can hold it."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, Piece):
        return _plain(value.text)
    return value if value is None else NOT_IN_XML.sub("", str(value))
