"""A figure as it is read: its words, its unit, and the address of the records that it counts."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, gettext

TEN_THOUSAND = 10_000
FINES = "fines_amount"


def records_url(declared, scope, **filters) -> str:
    """The list of exactly the records that the figure counts in that scope (and with those filters)."""
    query = {"figure": declared.key} | scope.query() | filters
    return f"{reverse('ledger', args=[declared.ledger])}?{urlencode(query)}"


def dashboard_url(scope, **more) -> str:
    """The dashboard of another scope."""
    return f"{reverse('dashboard')}?{urlencode(scope.query(**more))}"


def in_words(declared, value) -> tuple[str, str]:
    """The value as it is read, and its unit: 1,234 visits; 76.6 %; fines as 13.15 ten thousand yuan in Chinese, ¥131,500 in English."""
    if value is None:
        return "—", ""
    if declared.key != FINES:
        return f"{value:,}", str(declared.unit)
    if value >= TEN_THOUSAND and (get_language() or "").startswith("zh"):
        return f"{value / TEN_THOUSAND:,.2f}", gettext("ten thousand yuan")
    return f"¥{value:,.2f}".removesuffix(".00"), ""


@dataclass(frozen=True)
class Figure:
    """A figure on the page; without an address where its records are outside the officer's scope."""

    key: str
    label: str
    number: object
    words: str
    unit: str
    url: str = ""
    beside: tuple = ()
    own: bool = False
    reason: str = ""
    returned: object = 0
    changes: tuple = ()

    @property
    def text(self) -> str:
        """The figure with its unit."""
        return f"{self.words} {self.unit}".strip()

    @property
    def short(self) -> str:
        """The bare number, where a heading tells the unit: fines in yuan in every language."""
        if self.number is None or self.key != FINES:
            return self.words
        return f"{self.number:,.2f}".removesuffix(".00")
