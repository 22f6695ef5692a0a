"""How the measurements are taken, and how a line of the table is told: the same way for all."""

import statistics
import time

TIMES = 7


def milliseconds(call, times=TIMES) -> float:
    """The median of so many calls, after one that warms up."""
    call()
    return statistics.median(_once(call) for _again in range(times))


def in_turn(reference, ours, times=TIMES) -> tuple[float, float]:
    """The medians of both in milliseconds, measured one after the other again and again, so that a slower moment hits both."""
    reference(), ours()
    pairs = [(_once(reference), _once(ours)) for _again in range(times)]
    return tuple(statistics.median(column) for column in zip(*pairs, strict=True))


def _once(call):
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def row(name, reference, reference_value, value, unit, *, most=None, least=None) -> dict:
    """One line of the table: what is measured, beside what, and whether the ratio keeps the goal; without one it is only told."""
    ratio = value / reference_value
    goal = f"≤ {most:g}" if most is not None else f"≥ {least:g}" if least is not None else ""
    passes = (most is None or ratio <= most) and (least is None or ratio >= least)
    return {
        "name": name, "reference": reference, "reference_value": round(reference_value, 3), "value": round(value, 3),
        "unit": unit, "ratio": round(ratio, 4), "goal": goal, "passes": passes,
    }  # fmt: skip
