"""How records become the rows of a ledger's list. Written here: for five hundred cells a template takes ten times as long."""

from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator, capfirst

from entities.templatetags.components import badge

TITLE_LETTERS, CELL_LETTERS = 40, 36


@dataclass(frozen=True)
class Row:
    """One record in a list: where it opens, its first cell, the others by their column's name, the facts among them that a card
    on a phone shows, and all of it as a row of a table.
    """

    url: str
    title: str
    texts: dict[str, str]
    facts: list[str]
    html: SafeString


class Rows(list):
    """The rows of one list."""

    @property
    def html(self) -> SafeString:
        """All of them as the body of a table."""
        return mark_safe("".join([row.html for row in self]))


def rows_of(declared, records, columns=None) -> Rows[Row]:
    """The records as those columns show them, the ledger's own without any."""
    first, *others = columns or declared.shown
    name, cells = first.teller(), [_Cell(declared, column) for column in others]
    return Rows(_row(record.get_absolute_url(), name(record) or str(record), cells, record) for record in records)


def _row(url, title, cells, record):
    texts = {cell.column.name: cell.tell(record) for cell in cells}
    head = (
        f'<tr><th scope="row"><a class="row-link" href="{escape(url)}">{escape(_short(title, TITLE_LETTERS))}</a></th>'
    )
    told = list(zip(cells, texts.values(), strict=True))
    written = [cell.html(record, text) for cell, text in told]
    facts = [text for cell, text in told if cell.is_fact and text]
    return Row(url, title, texts, facts, mark_safe(f"{head}{''.join(written)}</tr>\n"))


class _Cell:
    """What one column says about any record, and how it stands in a table; what is the same in all rows is made once."""

    def __init__(self, declared, column):
        self.column, self.kind = column, declared.name
        self.tell, self.is_fact = column.teller(), column.name in declared.facts
        place = "number" if column.is_number else "nowrap"
        self.empty, self.filled = (
            f'<td class="{css}" data-label="{escape(capfirst(str(column.label)))}">'
            for css in (place, f"{place} fact" if self.is_fact else place)
        )

    def html(self, record, text) -> str:
        if not text:
            return f"{self.empty}</td>"
        if self.column.kind == "status":
            return f"{self.filled}{badge(self.kind, getattr(record, self.column.name), text)}</td>"
        return f"{self.filled}{escape(_short(text, CELL_LETTERS))}</td>"


def _short(text, letters):
    return text if len(text) <= letters else Truncator(text).chars(letters)
