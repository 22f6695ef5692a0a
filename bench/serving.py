"""How many pages of 50 rows a server sends to somebody who is signed in, beside a bare view on the same server: `python -m bench.serving`.

wrk asks on the loopback, both in turn, for a few seconds each.
"""

import json
import re
import statistics
import subprocess

from bench.server import started
from bench.timing import row

BARE, PAGE = "/bare/", "/ledgers/entity/"
ROUNDS, SECONDS, CONNECTIONS = 5, 6, 8
GOAL = 0.04
RATE = re.compile(r"Requests/sec:\s+([\d.]+)")


def measure() -> list[dict]:
    """One row of the table in quality.md, about a minute after the server has started."""
    with started() as server:
        return [measured_on(server)]


def measured_on(server, page=PAGE, username="manager") -> dict:
    """The page's answers in a second beside those of the bare view: the median of rounds in turn."""
    browser = server.sign_in(username)
    answer = browser.get(page)
    assert answer.status_code == 200 and answer.text.count("<tr") >= 50, (answer.status_code, answer.text.count("<tr"))
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    rates = {BARE: [], page: []}
    for path in rates:  # each process has done it once before it counts
        per_second(server, path, cookies, seconds=2)
    for _round in range(ROUNDS):
        for path, seen in rates.items():
            seen.append(per_second(server, path, cookies))
    bare, ours = (statistics.median(seen) for seen in rates.values())
    return row("50-row page, signed in", "bare view, same server", bare, ours, "1/s", least=GOAL)


def per_second(server, path, cookies, *, seconds=SECONDS) -> float:
    """Answers in a second; fails when any of them is no success."""
    asked = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s",
             "-H", f"Cookie: {cookies}", "-H", "Accept-Encoding: gzip", server.address + path]  # fmt: skip
    told = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=seconds + 60).stdout
    assert "Non-2xx" not in told and "Socket errors" not in told, told
    return float(RATE.search(told)[1])


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2, ensure_ascii=False))
