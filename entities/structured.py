"""What a field holds that is no single value (a list, or values by their keys), in the words of the screen."""

from collections.abc import Callable

from django.utils.formats import localize
from django.utils.translation import gettext, ngettext

MOST_TOLD = 6


def told(value, *, key: Callable = str, word: Callable = localize) -> str:
    """The value in words: a list by its parts, few values by their names, many as how many there are; “—” for nothing.

    `key` says what a value is called (nested ones by all their names), `word` what it says.
    """
    if isinstance(value, dict):
        parts = _by_path(value)
        return _named(parts, parts, key, word) if 0 < len(parts) <= MOST_TOLD else _counted(parts) if parts else "—"
    return _plain(value, word) or "—"


def told_apart(field, old, new, *, key: Callable = str, word: Callable = localize) -> tuple[str, str]:
    """The field's value before and after; of values by their keys only those that differ, if they are few."""
    if not (isinstance(old, dict) and isinstance(new, dict) and old and new):
        return told(old, key=key, word=word), told(new, key=key, word=word)
    before, after = _by_path(old), _by_path(new)
    changed = [path for path in before | after if before.get(path) != after.get(path)]
    if len(changed) <= MOST_TOLD:
        return _named(changed, before, key, word), _named(changed, after, key, word)
    different = ngettext("%(count)d of them different", "%(count)d of them different", len(changed))
    return _counted(before), f"{_counted(after)} · {different % {'count': len(changed)}}"


def _by_path(value, path=()) -> dict[tuple, object]:
    """Every single value under the keys that lead to it."""
    if not isinstance(value, dict):
        return {path: value}
    return {inner: one for name, part in value.items() for inner, one in _by_path(part, (*path, name)).items()}


def _named(paths, values, key, word) -> str:
    parts = [(" · ".join(key(name) for name in path), _plain(values.get(path), word) or "—") for path in paths]
    return ", ".join(gettext("%(name)s: %(value)s") % {"name": name, "value": value} for name, value in parts)


def _plain(value, word) -> str:
    """A list with commas, what stands together in one of its parts with spaces; empty for nothing."""
    if isinstance(value, list):
        return ", ".join(filter(None, (_plain(one, word) for one in value)))
    if isinstance(value, dict):
        return " ".join(filter(None, (_plain(one, word) for one in _by_path(value).values())))
    return "" if value in (None, "") else str(word(value))


def _counted(values) -> str:
    return ngettext("%(count)d value", "%(count)d values", len(values)) % {"count": len(values)}
