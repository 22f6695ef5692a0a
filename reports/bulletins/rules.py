"""The text that is proposed: a sentence for each thing that happened, every number bound to the fact that it states."""

import re

from django.utils.translation import override

from reports.bulletins.facts import MAIN, OWN, numbers
from reports.bulletins.numbers import WRITTEN, find_numbers
from reports.bulletins.words import WORDS, frame_words, title_of
from reports.indicators import Rate, indicator

FIELD = re.compile(r"\{([a-z_.@0-9]+)(?::([a-z]+))?\}")
MARK = re.compile("\x01([^\x02]*)\x02([^\x03]*)\x03")
COMMA, STOP, LIST = "，", "。", "、"


def proposed(bulletin, figures) -> dict:
    """Title and sections; a clause whose figures are all nothing is left out, and a paragraph without clauses."""
    values, frame = numbers(figures), frame_words(bulletin) | {"before": figures["before"]}
    sections = []
    for key in WORDS["sections"][bulletin.kind]:
        if key == "counties" and not figures["places"] or key == "changes" and not figures["before"]:
            continue
        text = WORDS["texts"][key]
        paragraphs = [_paragraph(rule, values, frame, figures) for rule in text["paragraphs"]]
        words, stated = _unmarked("\n".join(paragraph for paragraph in paragraphs if paragraph))
        sections.append({"key": key, "head": text["head"].format(**frame), "words": words, "stated": stated})
    return {"title": title_of(bulletin), "sections": sections}


def _paragraph(rule, values, frame, figures):
    lead = FIELD.sub(lambda found: frame.get(found[1], found[0]), rule["lead"])
    if "text" in rule:
        return lead + rule["text"]
    if "rank" in rule:
        return _ranking(rule, lead, values, figures)
    if "changes" in rule:
        return _changes(rule, lead, values)
    clauses = [_clause(clause, values, frame) for clause in rule["clauses"]]
    kept = [clause for clause in clauses if clause]
    return lead + COMMA.join(kept) + STOP if kept else rule.get("else", "")


def _clause(clause, values, frame):
    """The clause with its figures, marked; nothing where none of them is anything."""
    names = [found[1] for found in FIELD.finditer(clause) if found[1] not in frame]
    if any(values.get(name) is None for name in names) or not any(values[name] for name in names):
        return ""
    return FIELD.sub(
        lambda found: frame[found[1]] if found[1] in frame else _marked(found[1], values[found[1]], found[2] or ""),
        clause,
    )


def _ranking(rule, lead, values, figures):
    """The places with the most, and those with none."""
    counties = [(code, name) for code, name in figures["places"] if not code.endswith(OWN)]
    asked = [(values[f"{rule['rank']}@{code}"] or 0, code, name) for code, name in counties]
    first = sorted((row for row in asked if row[0]), key=lambda row: -row[0])[: rule["top"]]
    if not first:
        return ""
    items = [
        rule["item"].format(name=name, figure=_marked(f"{rule['rank']}@{code}", value)) for value, code, name in first
    ]
    none = [name for value, _code, name in asked if not value]
    return (
        lead + LIST.join(items) + STOP + (rule["none"].format(names=LIST.join(none)) if none and "none" in rule else "")
    )


def _changes(rule, lead, values):
    """What is more and what is less than last time, of the main indicators."""
    clauses = []
    with override("zh-hans"):
        for key in MAIN:
            declared = indicator(key)
            if isinstance(declared, Rate):
                continue
            for way in ("more", "less"):
                change = values.get(f"{key}.{way}")
                if change:
                    figure = _marked(f"{key}.{way}", change)
                    clauses.append(rule[way].format(label=declared.label, figure=figure, unit=declared.unit))
    return lead + COMMA.join(clauses) + STOP if clauses else rule["same"]


def _marked(name, value, form=""):
    percent = "%" if isinstance(indicator(name.partition("@")[0].partition(".")[0]), Rate) else ""
    return f"\x01{name}\x02{WRITTEN[form](value)}{percent}\x03"


def _unmarked(marked) -> tuple[str, list[str]]:
    """The text, and for each number in it the fact that it states."""
    words, starts, end = "", {}, 0
    for found in MARK.finditer(marked):
        words += marked[end : found.start()]
        starts[len(words)] = found[1]
        words += found[2]
        end = found.end()
    words += marked[end:]
    return words, [starts.get(number.start, "") for number in find_numbers(words)]
