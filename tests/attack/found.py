"""What one part of the attack tried and what it found."""

import re
from dataclasses import dataclass, field

# What was looked into and is no fault of the product: (what the finding says, why it is none).
EXPLAINED = (
    (
        r"HttpOnly Flag cookie: .* csrftoken",
        "The page's own script sends the CSRF token along, so it reads that cookie; the session's is HttpOnly.",
    ),
    (
        r"Secure Flag cookie",
        "The attacked server speaks HTTP on loopback; with HTTPS=1, which sites set, every cookie is Secure.",
    ),
)
# What runs found that was a fault, with the test that fails without its mending.
MENDED = (
    "Calls, sheets beside files, and what a phone says of its photo, as JSON nested thousands of levels deep: 500, "
    "and refused now beyond twenty (`tests/api/test_bodies.py`, `tests/inspections/test_offline.py`).",
    "A superior's form whose sheet does not unpack, or merges a whole column, and any list packed by LZMA and spoilt: 500, "
    "and refused in words now (`tests/reports/test_superior_form.py`, `tests/reports/test_imports_property.py`).",
    "A check of a sales page that was added in the administration without its page: 500, and asked for now; every rule "
    "of every record is tried without each of its entries since (`tests/test_blank_entries.py`).",
    "A zero byte in the address of the dashboard, the ledgers and other pages of figures: 500 on PostgreSQL, and refused now; "
    "every page is asked with odd queries since (`tests/access/test_odd_queries.py`).",
    "A formula of a superior's form that names row 0: 500, and no formula that is understood now "
    "(`tests/reports/test_superior_form.py`).",
    "The next number for a sampling record whose number is corrected: 500, and taken from its block now; every paper takes one "
    "since (`tests/inspections/test_documents.py`).",
)
# Of what the last run found, what was mended after it: asked only when its report is written anew, so that a run never excuses itself.
MENDED_SINCE = (
    (
        r"500 POST /api/v1/samplingbatch/\{id\}/number/",
        "the next number for a sampling record: see the last of what such runs found and was mended",
    ),
)


@dataclass
class Part:
    """A row of the report: what was attacked and how, as whom, how much of it, and the findings."""

    what: str
    tried: str
    found: list[str] = field(default_factory=list)

    def true_ones(self) -> list[str]:
        """Those that nothing explains."""
        return [said for said in self.found if why_none(said) is None]


def why_none(said) -> str | None:
    """Why that finding is none; nothing where it is one."""
    return _of(EXPLAINED, said)


def how_mended(said) -> str | None:
    """What became of that finding after the run; nothing where it stands."""
    return _of(MENDED_SINCE, said)


def _of(table, said):
    return next((told for pattern, told in table if re.search(pattern, said)), None)
