"""What a phone sends of a visit, written out for HTTP."""

import uuid


def officers_of(system) -> dict[str, int]:
    """The number of each officer by user name."""
    return {row["username"]: row["id"] for row in system.rows("SELECT id, username FROM entities_officer")}


def visit_sheet(officers, *, failed=(), lead="inspector", **changes):
    """A visit by that officer and a second one; each failed point is a hazard."""
    values = {
        "action": "submit", "client_uuid": str(uuid.uuid4()), "version": "", "inspected_on": "2024-09-02",
        "mode": "routine", "outcome": "inspected", "length": "full", "rest": "pass", "signing": "paper",
        "vehicles_checked": "3", "officers": [str(officers[lead]), str(officers["second"])],
    }  # fmt: skip
    for code in failed:
        values[f"answer-{code}"] = "fail"
        values |= {
            f"h-{code}-description": f"问题 {code}", f"h-{code}-category": "responsibility",
            f"h-{code}-severity": "general", f"h-{code}-deadline": "2024-09-24", f"h-{code}-places": "2",
            f"h-{code}-responsible_department": "market",
        }  # fmt: skip
    return values | changes
