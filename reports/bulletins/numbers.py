"""The numbers in a Chinese text: found, compared with a figure, and written again for another value."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

SCALES = {"万": 10_000, "亿": 100_000_000}
MOST_PLACES = 12
HALF_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
NUMBER = re.compile(
    r"(?<![\d.,])(?P<digits>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)(?P<scale>[万亿])?(?P<about>[余多])?(?P<percent>%)?"
)
# Dates, document and issue numbers, standards and voltages: they state no figure.
NO_FIGURES = re.compile(
    r"\d{4}年度?(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月(?:份|\d{1,2}日)?|\d{1,2}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[:：]\d{2}"
    r"|[〔（(\[]\d{4}[〕）)\]](?:第?\d+号)?|第\d++[期号条款项章次]|(?<!\d)\d++号|附[表件]\d+"
    r"|[A-Za-z][A-Za-z/]*+\s?\d+(?:\.\d+)*(?:[—–-]\d{4})?|(?<!\d)\d++(?:\.\d++)?+\s?[A-Za-z]+"
)


@dataclass(frozen=True)
class Number:
    """A number as it stands in a text, from its first digit to its last sign."""

    start: int
    text: str
    digits: str
    scale: int = 1
    is_about: bool = False
    is_percent: bool = False

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def bare(self) -> Decimal:
        return Decimal(self.digits.replace(",", ""))

    @property
    def places(self) -> int:
        """How many digits stand after its point, as far as a figure can be compared with them."""
        return min(len(self.digits.partition(".")[2]), MOST_PLACES)

    @property
    def step(self) -> Decimal:
        """How much more it may be where it is only about so much: one of its last digit that is no zero."""
        whole = self.digits.replace(",", "")
        zeros = 0 if "." in whole else len(whole) - len(whole.rstrip("0"))
        return Decimal(10) ** (zeros - self.places) * self.scale

    def states(self, value) -> bool:
        """Whether the number says that value: exactly, in tens of thousands rounded, or with 余 from it up to its next step."""
        if value is None:
            return False
        if self.is_about:
            return self.bare * self.scale <= value < self.bare * self.scale + self.step
        if self.scale == 1:
            return self.bare == value
        unit = Decimal(10) ** -self.places
        return (Decimal(value) / self.scale).quantize(unit, ROUND_HALF_UP) == self.bare

    def written_for(self, value) -> str:
        """Another value in the same manner of writing."""
        if self.scale > 1:
            return in_money(value) if self.is_about else _scaled(value, self)
        if self.is_about:
            return in_about(value)
        grouped = f"{_shortest(value):,f}" if "," in self.digits else plain(value)
        return grouped + ("%" if self.is_percent else "")


def find_numbers(text) -> list[Number]:
    """Every number that may state a figure, in order; positions are those of the text, full-width digits included."""
    narrow = text.translate(HALF_WIDTH)
    searched = NO_FIGURES.sub(lambda found: " " * len(found[0]), narrow)
    return [
        Number(
            found.start(), text[found.start() : found.end()], found["digits"], SCALES.get(found["scale"], 1),
            bool(found["about"]), bool(found["percent"]),
        )
        for found in NUMBER.finditer(searched)
    ]  # fmt: skip


def plain(value) -> str:
    """The value in plain digits, without zeros behind the point."""
    return f"{_shortest(value):f}"


def in_about(value) -> str:
    """The first two digits of a large number: 24000余; what is round or below a thousand as it is."""
    if value < 1000:
        return plain(value)
    whole = int(value)
    step = 10 ** (len(str(whole)) - 2)
    return f"{whole - whole % step}{'余' if value % step else ''}"


def in_money(value) -> str:
    """Yuan: 13万余 from ten thousand on, below as it is."""
    if value < SCALES["万"]:
        return plain(value)
    return f"{int(value // SCALES['万'])}万{'余' if value % SCALES['万'] else ''}"


WRITTEN = {"": plain, "about": in_about, "money": in_money}


def _scaled(value, like):
    rounded = (Decimal(value) / like.scale).quantize(Decimal(10) ** -max(like.places, 2), ROUND_HALF_UP)
    sign = next(sign for sign, scale in SCALES.items() if scale == like.scale)
    return f"{plain(rounded)}{sign}"


def _shortest(value):
    value = Decimal(value)
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
