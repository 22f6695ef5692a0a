"""docs/attack.md, as a run writes it."""

import subprocess
from collections import Counter
from datetime import UTC, datetime

from tests.attack.found import MENDED, Part, why_none
from tests.attack.limits import MOST_MEGABYTES, SECONDS_EACH
from tests.faults.system import ROOT

REPORT = ROOT / "docs" / "attack.md"
TEXT = """# What was tried against a running server

Written by `make attack`, not by hand: {day}, {version}, {minutes:.0f} minutes on two cores.

The server is gunicorn with two processes on a PostgreSQL of its own, filled with one record of every kind; API, pages and scanner
are tried as an officer of each role in one county, signed in, without limits on how often a caller may ask. The readers of files
are called by themselves, in processes that end at {seconds} seconds for one input or {megabytes} MB. A finding is: an answer of 500 or
more, an answer that the API's description does not know, markup that comes back unescaped, a page without its content security
policy, anything a scanner calls a vulnerability or an anomaly, and anything but a refusal in words from a reader.

| what | tried | open | explained |
| --- | --- | --- | --- |
{rows}

## Open

{open}

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


def write(parts: list[Part], *, version, minutes):
    """Write the report, and say it."""
    explained = Counter(why for part in parts for said in part.found if (why := why_none(said)))
    text = TEXT.format(
        day=f"{datetime.now(tz=UTC):%Y-%m-%d}", version=version, minutes=minutes, seconds=SECONDS_EACH, megabytes=MOST_MEGABYTES,
        rows="\n".join(f"| {p.what} | {p.tried} | {len(p.true_ones())} | {len(p.found) - len(p.true_ones())} |" for p in parts),
        open=_listed(f"`{' '.join(one.split())}`" for part in parts for one in part.true_ones()),
        explained=_listed(f"{times} ×: {why}" for why, times in explained.items()),
        mended=_listed(MENDED),
    )  # fmt: skip
    REPORT.write_text(text)
    print(text)


def _listed(ones) -> str:
    return "\n".join(f"- {one}" for one in dict.fromkeys(ones)) or "Nothing."


def _git(*words) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
