"""How the measurements are taken: the same way for each, in turn with its reference."""

import statistics
import time

TIMES = 7


def milliseconds(call, times=TIMES) -> float:
    """The median of so many calls, after one that warms up."""
    call()
    return statistics.median(_once(call) for _again in range(times))


def _once(call):
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def in_turn(reference, ours, times=TIMES) -> tuple[float, float]:
    """The medians of both in milliseconds, measured one after the other again and again, so that a slower moment hits both."""
    reference(), ours()
    pairs = [(_once(reference), _once(ours)) for _again in range(times)]
    return tuple(statistics.median(column) for column in zip(*pairs, strict=True))


def row(name, reference, reference_value, value, unit, goal, passes) -> dict:
    """One line of the table: what is measured, against what, and whether the goal is met."""
    ratio = value / reference_value if reference_value else 0
    return {
        "name": name, "reference": reference, "reference_value": round(reference_value, 3), "value": round(value, 3),
        "unit": unit, "ratio": round(ratio, 4), "goal": goal, "passes": bool(passes(ratio)),
    }  # fmt: skip
