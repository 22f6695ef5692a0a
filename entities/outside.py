"""JSON from outside: what is nested too deeply is refused as what is no JSON."""

import json

MOST_LEVELS = 20


def read_json(text):
    """What the text says. Raises ValueError where it is no JSON, or nested deeper than anything that is taken here."""
    try:
        told = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    refuse_depth(told)
    return told


def refuse_depth(told, left=MOST_LEVELS):
    """Raise ValueError for lists and objects nested deeper than that: whoever walks through them would fall."""
    if not left:
        raise ValueError("nested too deeply")
    for inner in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        if isinstance(inner, dict | list):
            refuse_depth(inner, left - 1)
