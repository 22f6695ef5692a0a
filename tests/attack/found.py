"""What one part of the attack tried and what it found."""

import re
from dataclasses import dataclass, field

# What was looked into and is no fault of the product: (what the finding says, why it is none).
EXPLAINED = ()
# What runs found that was a fault, with the test that fails without its mending.
MENDED = ()


@dataclass
class Part:
    """A row of the report: what was attacked and how, as whom, how much of it, and the findings."""

    what: str
    tried: str
    found: list[str] = field(default_factory=list)

    def true_ones(self) -> list[str]:
        """Those that nothing explains."""
        return [said for said in self.found if why_none(said) is None]


def why_none(said) -> str | None:
    """Why that finding is none; nothing where it is one."""
    return next((why for pattern, why in EXPLAINED if re.search(pattern, said)), None)
