"""What comes from outside: which text a database takes, and JSON, of which what is nested too deeply is refused."""

import json
import re

MOST_LEVELS = 20
NOT_STORED = re.compile("[\0\ud800-\udfff]")


def is_storable(text) -> bool:
    """Whether a database takes the text, even to look for it: neither a NUL nor half of a surrogate pair in it."""
    return not NOT_STORED.search(text)


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
