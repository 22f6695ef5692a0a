"""The geometry of the charts: numbers in, coordinates out. No database, no colours, no words of its own."""

from dataclasses import dataclass, field
from math import ceil, floor, log10

STEPS = 5
MOST_TICKS = 12


@dataclass(frozen=True)
class Datum:
    """One value to be drawn: `words` with its unit, `short` without; and the records behind it, if they may be opened.

    One that is `inside` is a part of the one before it.
    """

    label: str
    value: float
    words: str
    short: str
    url: str = ""
    inside: bool = False


@dataclass(frozen=True)
class Bar:
    """A bar from `start` over `width`, both in per cent of the longest one."""

    datum: Datum
    start: float
    width: float


@dataclass(frozen=True)
class Point:
    """A mark of a line, and where its value is written."""

    datum: Datum
    x: float
    y: float
    text_y: float


@dataclass(frozen=True)
class Line:
    """A series: its path, its marks, and its name written at its end."""

    label: str
    path: str
    points: list[Point]
    label_y: float
    place: int


@dataclass(frozen=True)
class Grid:
    """A horizontal line of the scale with its value."""

    value: int
    y: float


@dataclass(frozen=True)
class Plot:
    """One panel of a line chart with a scale of its own that begins at zero."""

    top: float
    baseline: float
    grid: list[Grid]
    lines: list[Line]


@dataclass(frozen=True)
class LineChart:
    """Panels one below the other over the same months."""

    width: float
    height: float
    left: float
    right: float
    ticks: list[tuple[str, float]]
    plots: list[Plot] = field(default_factory=list)


@dataclass(frozen=True)
class Tile:
    """One square of the tile map; `step` 0 is nothing, 1 to 5 are fifths of the largest value."""

    datum: Datum
    x: float
    y: float
    step: int
    names: list[tuple[str, float]]
    value_y: float
    is_chosen: bool = False


@dataclass(frozen=True)
class TileMap:
    """The city as squares in their places."""

    width: float
    height: float
    tile_width: float
    tile_height: float
    tiles: list[Tile]

    @property
    def middle(self):
        """From the left of a tile to where its words are centred."""
        return self.tile_width // 2


def scale_top(largest) -> tuple[int, int]:
    """The round value that a scale from zero ends at, and the step between its lines: two to five of them, whole numbers."""
    if largest <= 0:
        return 1, 1
    power = 10 ** floor(log10(largest / 4)) if largest >= 4 else 1
    step = next(int(power * f) for f in (1, 2, 2.5, 5, 10) if power * f * 4 >= largest and power * f == int(power * f))
    return step * ceil(largest / step), step


def bars(data, *, longest=None) -> list[Bar]:
    """A bar for each value, from zero; the longest fills the width."""
    longest = longest or max((datum.value for datum in data), default=0)
    return [Bar(datum, 0, _share(datum.value, longest)) for datum in data]


def flow(whole, parts) -> list[Bar]:
    """The whole as one bar, and below it each part beginning where the last one ended: what adds up is seen to add up."""
    drawn, start, end = [Bar(whole, 0, _share(whole.value, whole.value))], 0, 0
    for part in parts:
        if not part.inside:
            start, end = end, end + part.value
        drawn.append(Bar(part, _share(start, whole.value), _share(part.value, whole.value)))
    return drawn


def _share(value, longest):
    return round(100 * float(value) / float(longest), 2) if longest else 0


def lines(groups, *, width=640, plot_height=132, left=34, right=92, top=24, gap=46, bottom=26) -> LineChart:
    """A panel for each group of series; a group is a list of (label, data), with as many data in each series as there are months."""
    labels = [datum.label for datum in groups[0][0][1]] if groups else []
    inner = width - left - right
    xs = [left + inner * (n + 0.5) / len(labels) for n in range(len(labels))]
    height = top + len(groups) * plot_height + (len(groups) - 1) * gap + bottom
    plots = [
        _plot(series, [round(x, 1) for x in xs], top + n * (plot_height + gap), plot_height)
        for n, series in enumerate(groups)
    ]
    every = ceil(len(labels) / MOST_TICKS) or 1
    ticks = [(label, round(x, 1)) for label, x in zip(labels, xs, strict=True)][::every]
    return LineChart(width, height, left, width - right, ticks, plots)


def _plot(series, xs, top, height):
    highest, step = scale_top(max((d.value for _label, data in series for d in data), default=0))
    baseline = top + height

    def y(value):
        return round(baseline - height * float(value) / highest, 1)

    ends = _apart([y(data[-1].value) if data else baseline for _label, data in series], 16)
    drawn = []
    for place, (label, data) in enumerate(series):
        # The higher of two lines carries its values above, the lower one below, so that neither is written over.
        points = []
        for n, (datum, x) in enumerate(zip(data, xs, strict=True)):
            others = [(other[n].value, -i) for i, (_label, other) in enumerate(series) if i != place]
            above = all((datum.value, -place) > other for other in others)
            low = y(datum.value) + 18 > baseline  # no room below: the months are written there
            points.append(Point(datum, x, y(datum.value), y(datum.value) + (-9 if above or low else 18)))
        path = " ".join(f"{'L' if n else 'M'}{point.x} {point.y}" for n, point in enumerate(points))
        drawn.append(Line(label, path, points, ends[place], place))
    grid = [Grid(value, y(value)) for value in range(0, highest + 1, step)]
    return Plot(top, baseline, grid, drawn)


def _apart(heights, least):
    """The same heights, pushed down where two would be written over each other."""
    placed = {}
    last = None
    for n in sorted(range(len(heights)), key=lambda n: heights[n]):
        last = heights[n] if last is None else max(heights[n], last + least)
        placed[n] = round(last, 1)
    return [placed[n] for n in range(len(heights))]


def tile_map(places, *, tile_width=92, tile_height=72, gap=4, name_length=7) -> TileMap:
    """A tile for each (row, column, datum, whether it is the chosen place), one of five steps of one hue by its value."""
    largest = max((datum.value for _row, _column, datum, _chosen in places), default=0)
    tiles = []
    for row, column, datum, is_chosen in places:
        x, y = column * (tile_width + gap), row * (tile_height + gap)
        names = wrapped(datum.label, name_length)
        first = y + 22 if len(names) == 1 else y + 17
        tiles.append(
            Tile(
                datum, x, y, step_of(datum.value, largest),
                [(name, first + 14 * n) for n, name in enumerate(names)],
                y + tile_height - 16, is_chosen,
            )
        )  # fmt: skip
    rows, columns = (max((place[n] for place in places), default=-1) + 1 for n in (0, 1))
    return TileMap(
        max(columns * (tile_width + gap) - gap, 0),
        max(rows * (tile_height + gap) - gap, 0),
        tile_width,
        tile_height,
        tiles,
    )


def step_of(value, largest) -> int:
    """0 for nothing, otherwise which fifth of the largest value it falls in: 1 to 5."""
    if not value or not largest or value < 0:
        return 0
    return min(STEPS, ceil(STEPS * float(value) / float(largest)))


def wrapped(name, length) -> list[str]:
    """The name on one line, or on two of about the same length."""
    if len(name) <= length:
        return [name]
    middle = len(name) // 2
    return [name[:middle], name[middle:]]
