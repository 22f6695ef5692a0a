"""Whether the numbers of an edited text are still those of the records."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from reports.bulletins.facts import Fact, numbers
from reports.bulletins.numbers import Number, find_numbers

NUMBER_SIGN = "\x00"
AROUND = 12


@dataclass(frozen=True)
class Finding:
    """A number that no longer says its fact (with what it should say), or one that no fact of the campaign knows."""

    section: str
    index: int
    number: Number
    name: str
    label: str
    now: str
    before: str
    after: str


def rebound(section, words) -> dict:
    """The section with other words, each number still bound to its fact where the words beside it stayed.

    A number that moved with its sentence is found again by what it says.
    """
    old, new = find_numbers(section["words"]), find_numbers(words)
    stated, left = [""] * len(new), dict(enumerate(section["stated"]))
    olds, news = _signs(section["words"], old), _signs(words, new)
    places_old, places_new = _places(olds), _places(news)
    for block in SequenceMatcher(None, olds, news, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            here = block.b + step
            if news[here] != NUMBER_SIGN:
                continue
            before, after = places_old[block.a + step], places_new[here]
            if block.size > 1 or old[before].text == new[after].text:
                stated[after] = left.pop(before, "")
    for before, name in list(left.items()):
        alike = [n for n, number in enumerate(new) if not stated[n] and number.text == old[before].text]
        if name and len(alike) == 1:
            stated[alike[0]] = name
    return section | {"words": words, "stated": stated}


def _signs(text, found) -> list[str]:
    """The characters of the text, each number as one sign, so that two texts are compared whatever their numbers say."""
    signs, end = [], 0
    for number in found:
        signs += [*text[end : number.start], NUMBER_SIGN]
        end = number.end
    return signs + list(text[end:])


def _places(signs) -> dict[int, int]:
    """Which number each sign of a number is."""
    return {place: n for n, place in enumerate(p for p, sign in enumerate(signs) if sign == NUMBER_SIGN)}


def findings(text, figures) -> list[Finding]:
    """Every number that differs from its fact, or that no fact says. No query."""
    values, found = numbers(figures), []
    for section in text["sections"]:
        words = section["words"]
        for index, (number, name) in enumerate(zip(find_numbers(words), section["stated"], strict=True)):
            now = ""
            if name and number.states(values.get(name)):
                continue
            if name and values.get(name) is not None:
                now = number.written_for(values[name])
            elif any(number.states(value) for value in values.values()):
                continue
            before, after = words[: number.start].rpartition("\n")[2], words[number.end :].partition("\n")[0]
            label = Fact(name).label(figures["places"]) if name else ""
            found.append(Finding(section["key"], index, number, name, label, now, before[-AROUND:], after[:AROUND]))
    return found


def corrected(text, figures, section_key="", index=None) -> dict:
    """The text with that number (every number, without one named) as its fact says it now."""
    wrong = [finding for finding in findings(text, figures) if finding.now]
    if section_key:
        wrong = [finding for finding in wrong if (finding.section, finding.index) == (section_key, index)]
    sections = []
    for section in text["sections"]:
        words = section["words"]
        for finding in sorted(wrong, key=lambda finding: -finding.number.start):
            if finding.section == section["key"]:
                words = words[: finding.number.start] + finding.now + words[finding.number.end :]
        sections.append(section | {"words": words})
    return text | {"sections": sections}


def edited(text, title, words) -> dict:
    """The text with another title and other words, by the keys of its sections."""
    sections = [rebound(section, words.get(section["key"], section["words"])) for section in text["sections"]]
    return {"title": title, "sections": sections}


def differences(earlier, later) -> list[dict]:
    """Title and sections of two texts that differ, each as pieces: kept (""), taken out ("del") or put in ("ins")."""
    before = {section["key"]: section for section in earlier["sections"]}
    pairs = [("", earlier["title"], later["title"])]
    pairs += [(s["head"], before.get(s["key"], {}).get("words", ""), s["words"]) for s in later["sections"]]
    kept = {section["key"] for section in later["sections"]}
    pairs += [(s["head"], s["words"], "") for s in earlier["sections"] if s["key"] not in kept]
    return [{"head": head, "pieces": _pieces(old, new)} for head, old, new in pairs if old != new]


def _pieces(old, new) -> list[tuple[str, str]]:
    pieces = []
    for way, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if way == "equal":
            pieces.append(("", old[a:b]))
            continue
        pieces += [(mark, words) for mark, words in (("del", old[a:b]), ("ins", new[c:d])) if words]
    return pieces
