"""What changed between the measurements of two commits: `python -m bench.compare REVISION [REVISION]`.

Compares bench/results.json as it was committed; without a second revision with the file as it is now. Ratios are compared, since
machines differ.
"""

import json
import subprocess
import sys
from pathlib import Path

RESULTS = "bench/results.json"


def results(revision) -> dict[str, dict]:
    """The rows of that revision, of the working tree without one, by what they measure."""
    text = Path(RESULTS).read_text() if not revision else subprocess.run(
        ["git", "show", f"{revision}:{RESULTS}"], capture_output=True, text=True, check=True
    ).stdout  # fmt: skip
    return {f"{row['name']} / {row['reference']}": row for row in json.loads(text)["rows"]}


def compared(before, after) -> list[str]:
    """A line for each row that both have, and one for each that only one of them has."""
    lines = []
    for name in dict.fromkeys([*before, *after]):
        if name in before and name in after:
            was, now = before[name]["ratio"], after[name]["ratio"]
            change = f"{now / was - 1:+.0%}" if was else ""
            lines.append(f"{name:90} {was:10.4g} {now:10.4g} {change:>7}")
        else:
            lines.append(f"{name:90} {'only before' if name in before else 'only after'}")
    return lines


if __name__ == "__main__":
    first, *rest = sys.argv[1:]
    print("\n".join(compared(results(first), results(rest[0] if rest else ""))))
