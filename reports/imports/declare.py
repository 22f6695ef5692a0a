"""What a sheet that can be imported is made of: its columns, how their headers may be spelt, and what stands in them."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext

from reports.imports.read import code_of, text_of

HEAD_WITHIN = 10


class Kind(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    CODE = "code"
    CHOICE = "choice"
    DAY = "day"
    NUMBER = "number"
    REGION = "region"


@dataclass(frozen=True)
class Column:
    """A column: the first of its headers is the template's own, the others are recognised as well."""

    key: str
    label: str | Promise
    headers: tuple[str, ...]
    kind: Kind = Kind.TEXT
    required: bool = False
    note: str | Promise = ""
    example: str = ""
    choices: tuple[tuple[str, str | Promise], ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A noun that can be imported, with the version of its template."""

    name: str
    label: str | Promise
    version: int
    columns: tuple[Column, ...]

    def header(self, rows) -> tuple[int, dict[str, int]]:
        """The line of the header (from 0) and where each column stands; raises ValidationError when there is none."""
        spelt = {_head(spelling): column.key for column in self.columns for spelling in column.headers}
        needed = {column.key for column in self.columns if column.required}
        best = {}
        for line, cells in enumerate(islice(rows, HEAD_WITHIN)):
            found, twice = {}, []
            for place, cell in enumerate(cells):
                key = spelt.get(_head(cell))
                if key in found:
                    twice.append(text_of(cell))
                elif key:
                    found[key] = place
            if needed <= set(found):
                if twice:
                    raise ValidationError(
                        gettext("The same column stands here twice: %(columns)s.") % {"columns": ", ".join(twice)}
                    )
                return line, found
            best = max(best, found, key=len)
        missing = [str(column.headers[0]) for column in self.columns if column.required and column.key not in best]
        raise ValidationError(
            gettext("No header was found in the first rows; missing: %(columns)s.") % {"columns": ", ".join(missing)}
        )


def _head(cell):
    return code_of(cell).strip("*").casefold()
