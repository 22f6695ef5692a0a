"""docs/attack.md, as a run writes it."""

import json
import subprocess
from collections import Counter
from dataclasses import asdict

from tests.attack.found import MENDED, Part, how_mended, why_none
from tests.attack.limits import MOST_MEGABYTES, SECONDS_EACH
from tests.faults.system import ROOT

REPORT = ROOT / "docs" / "attack.md"
KEPT = ROOT / "var" / "attack.json"
TEXT = """# What was tried against a running server

Written by `tests.attack` from what its parts said: {day}, {version}, {minutes:.0f} minutes on two cores (load {load:.0f} at the end).{note}

The server is gunicorn with two processes on a PostgreSQL of its own, filled with one record of every kind; API, pages and scanner
are tried as an officer of each role in one county, signed in, without limits on how often a caller may ask. The readers of files
are called by themselves, in processes that end at {seconds} seconds for one input or {megabytes} MB. A finding is: an answer of 500 or
more, an answer that the API's description does not know, markup that comes back unescaped, a page without its content security
policy, anything a scanner calls a vulnerability or an anomaly, and anything but a refusal in words from a reader.

| what | tried | open | mended since | explained |
| --- | --- | --- | --- | --- |
{rows}

## Open

{open}

## Found by this run, and mended since

{since}

## Explained

{explained}

## Found by such runs, and mended

{mended}

## What this does not show

Each run has its time: what is tried is drawn anew for each, so longer and further runs try more (`make attack MINUTES=60`). The codecs
behind the readers (Pillow's in C, libheif, calamine) ran with the same inputs, but were not instrumented. Load, TLS, the proxy, and
what people may be talked into are not tried here; neither is a test by somebody who did not write the product.
"""


def version() -> str:
    """What is attacked: the commit, and whether more than it is there."""
    changed = " and what was not committed yet" if _git("status", "--porcelain", "--", ".", ":!docs") else ""
    return f"commit `{_git('rev-parse', '--short', 'HEAD')}`{changed}"


def keep(parts: list[Part], **told):
    """Keep what a run came to, so that its report can be written again."""
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps({"parts": [asdict(part) for part in parts]} | told, ensure_ascii=False, indent=1))


def write(*, again=False):
    """Write the report of the last run, and say it; again: with what was explained and mended after it."""
    told = json.loads(KEPT.read_text())
    parts = [Part(**part) for part in told["parts"]]
    explained, since = Counter(), Counter()
    rows, still = [], []
    for part in parts:
        explained.update(filter(None, map(why_none, part.found)))
        mended = [said for said in part.true_ones() if again and how_mended(said)]
        since.update(map(how_mended, mended))
        stands = [said for said in part.true_ones() if said not in mended]
        still += stands
        counts = len(stands), len(mended), len(part.found) - len(part.true_ones())
        rows.append(f"| {part.what} | {part.tried} | {' | '.join(map(str, counts))} |")
    text = TEXT.format(
        day=told["day"], version=told["version"], minutes=told["minutes"], load=told["load"],
        note=f"\n\n**Not as usual:** {told['note']}" if told.get("note") else "",
        seconds=SECONDS_EACH, megabytes=MOST_MEGABYTES,
        rows="\n".join(rows), open=_listed(f"`{' '.join(one.split())}`" for one in still),
        since=_listed(f"{times} ×: {what}" for what, times in since.items()),
        explained=_listed(f"{times} ×: {why}" for why, times in explained.items()),
        mended=_listed(MENDED),
    )  # fmt: skip
    REPORT.write_text(text)
    print(text)


def _listed(ones) -> str:
    return "\n".join(f"- {one}" for one in dict.fromkeys(ones)) or "Nothing."


def _git(*words) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
