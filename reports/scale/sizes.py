"""How large each campaign is: the sizes that a city, a province and the nation really published."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """How many there are of everything; what is not told for itself follows from the visits or the entities."""

    name: str
    root: str  # the region that holds the whole campaign: its code is a prefix of every other
    provinces: int
    cities: int
    counties: int
    entities: int
    inspections: int
    hazards: int
    cases: int
    batches: int

    @property
    def self_checks(self) -> int:
        return self.entities // 5

    @property
    def hazards_of_self_checks(self) -> int:
        return self.hazards // 10

    @property
    def tasks_done(self) -> int:
        return self.inspections // 6

    @property
    def tasks_to_do(self) -> int:
        return self.entities // 16

    @property
    def interviews(self) -> int:
        return self.inspections // 70

    @property
    def seizures(self) -> int:
        return self.inspections // 110

    @property
    def photos(self) -> int:
        return self.inspections // 5


# No code of GB/T 2260 is a prefix of all provinces, and a region's code has two digits at least: so the nation is 86, and the
# codes inside it are those of GB/T 2260 behind it (8643 is a province, 86431102 a county). Smaller campaigns use them as they are.
NATION = "86"
SIZES = {
    "city": Size("city", "4301", 1, 1, 11, 5_000, 817, 154, 37, 24),
    "province": Size("province", "43", 1, 14, 122, 100_000, 28_000, 5_280, 1_280, 832),
    "nation": Size("nation", NATION, 31, 333, 3_000, 1_000_000, 875_000, 165_000, 40_000, 26_000),
}
