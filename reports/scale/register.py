"""The register: entities of every kind in every county, and what they checked themselves."""

from datetime import timedelta
from itertools import accumulate

from entities.models import Entity, EntityKind, EntityState, RiskLevel
from inspections.demo.people import GIVEN, SURNAMES
from inspections.demo.register import ALPHABET, GONE_REASONS
from inspections.models import SelfCheck
from inspections.models.self_check import SUFFIX_LENGTH, UNMISTAKABLE
from reports.scale.answers import Answered
from reports.scale.places import SINCE
from reports.scale.words import (
    BRANCHES,
    BRANDS,
    FORMS,
    GOODS,
    LETTERS,
    MARK,
    NAME_FIRST,
    NAME_SECOND,
    PLACE_FIRST,
    PLACE_SECOND,
    STREETS,
)

KINDS = list(
    accumulate({"seller": 640, "repair_shop": 320, "online_seller": 25, "parts_producer": 10, "producer": 5}.values())
)
KIND_OF = [
    EntityKind.SELLER,
    EntityKind.REPAIR_SHOP,
    EntityKind.ONLINE_SELLER,
    EntityKind.PARTS_PRODUCER,
    EntityKind.PRODUCER,
]
RISKS = [RiskLevel.LOW, RiskLevel.LOW, RiskLevel.LOW, RiskLevel.MEDIUM, RiskLevel.MEDIUM, RiskLevel.HIGH]
GONE = [(state, reason) for state, reason in GONE_REASONS.items()]
GONE_SHARE = 0.03
NAMES = [
    "id", "name", "initials", "kind", "credit_code", "goods", "brands", "region_id", "township", "address",
    "legal_representative", "contact", "phone", "risk_level", "responsible_officer_id", "state", "state_on", "state_reason",
    "unit_id", "created_at", "changed_at", "created_by_id", "changed_by_id", "version",
]  # fmt: skip
_VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
_POWERS = [pow(3, place, 31) for place in range(17)]
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def credit_codes(region):
    """Valid codes (GB 32100-2015 around GB 11714) of businesses of that region that do not exist, without end."""
    heads = [f"{kind}{region}MA" for kind in ("91", "92")]
    sums = [sum(_VALUES[sign] * power for sign, power in zip(head, _POWERS, strict=False)) for head in heads]
    own = 22 * _WEIGHTS[0] + 10 * _WEIGHTS[1]  # M and A
    number = 0
    while True:
        digits = f"{number:06d}"
        rest = 11 - (own + sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS[2:], strict=True))) % 11
        body = f"{digits}{'X' if rest == 10 else rest % 11}"
        nth = number % 4 != 0
        total = sums[nth] + sum(_VALUES[sign] * power for sign, power in zip(body, _POWERS[10:], strict=True))
        yield heads[nth] + body + ALPHABET[(31 - total % 31) % 31]
        number += 1


class Register:
    """Writes the entities; keeps of each what its records copy: kind, county, and the day on which it was gone."""

    def __init__(self, places, days, chance):
        self.places, self.days, self.chance = places, days, chance
        self.kinds, self.county_of, self.gone_on = [], [], {}
        self.first_pk = 0

    def write(self, writer):
        self.first_pk = writer.next_pk(Entity)
        writer.write(Entity, NAMES, self._rows())

    def _rows(self):
        pk = self.first_pk
        for place, count in enumerate(self.places.share(self.places.size.entities)):
            county = self.places.counties[place]
            towns = [
                f"{self._pick(PLACE_FIRST)}{self._pick(PLACE_SECOND)}{ending}" for ending in ["街道"] * 3 + ["镇"] * 6
            ]
            codes = credit_codes(county.code[-6:])
            for _nth in range(count):
                yield self._row(pk, place, county, towns, next(codes))
                pk += 1

    def draw_open(self) -> tuple[int, int]:
        """A day by its number, and an entity that was in business on it."""
        while True:
            day, nth = self.days.draw(), self.chance.randrange(len(self.kinds))
            if not self.is_gone(nth, self.days.all[day]):
                return day, nth

    def is_gone(self, nth, day) -> bool:
        """Whether that entity was no longer in business on that day."""
        return nth in self.gone_on and self.gone_on[nth] <= day

    def _pick(self, among):
        return among[int(self.chance.random() * len(among))]

    def _row(self, pk, place, county, towns, code):
        random = self.chance.random
        draw = random() * KINDS[-1]
        kind = KIND_OF[next(nth for nth, most in enumerate(KINDS) if draw < most)]
        parts = [
            county.name[:2],
            self._pick(NAME_FIRST),
            self._pick(NAME_SECOND),
            self._pick(FORMS[kind]),
            self._pick(BRANCHES),
            MARK,
        ]
        name = "".join(parts)
        letters = "".join([LETTERS[sign] for sign in parts[0]] + [LETTERS[part] for part in parts[1:]])
        town, person = self._pick(towns), self._pick(SURNAMES) + self._pick(GIVEN)
        at = self.days.moment(SINCE + timedelta(days=int(random() * 30)))
        state, reason, gone_on, changed_at = EntityState.OPEN, "", None, at
        if random() < GONE_SHARE:
            state, reason = self._pick(GONE)
            gone_on = self.gone_on[len(self.kinds)] = self.days.all[self.days.draw()]
            changed_at = self.days.moment(gone_on)
        officer = county.inspector_ids[int(random() * len(county.inspector_ids))]
        self.kinds.append(kind)
        self.county_of.append(place)
        return (
            pk, name, letters, kind, code, GOODS[kind], self._pick(BRANDS) if kind == "seller" else "", county.code, town,
            f"{county.name}{town}{self._pick(STREETS)}路{1 + int(random() * 400)}号", person, person,
            f"100{pk:08d}", self._pick(RISKS), officer, state, gone_on, reason, county.unit_id, at, changed_at,
            county.manager_id, county.manager_id, 2 if gone_on else 1,
        )  # fmt: skip


def write_self_checks(writer, register, campaign):
    """One entity in five handed one in, some twice; returns (key, nth entity, day, officer, failed point) of those that found a hazard."""
    chance, days, answered = register.chance, register.days, Answered(register.chance, KIND_OF, not_checked=False)
    size = register.places.size
    drawn = sorted(register.draw_open() for _nth in range(size.self_checks))
    failing_ones = set(chance.sample(range(size.self_checks), size.hazards_of_self_checks))
    first, checks = writer.next_pk(SelfCheck), []

    def rows():
        for pk, (day_number, nth) in enumerate(drawn, start=first):
            day, county, kind = (
                days.all[day_number],
                register.places.counties[register.county_of[nth]],
                register.kinds[nth],
            )
            version, answers, failing = answered.draw(kind, day, 1 if pk - first in failing_ones else 0)
            at, by_link = days.moment(day), pk % 3 != 0
            officer = county.inspector_ids[nth % len(county.inspector_ids)]
            if failing:
                checks.append((pk, nth, day, officer, failing[0]))
            yield (
                pk, register.first_pk + nth, kind, day, chance.choice(SURNAMES) + chance.choice(GIVEN), answers, version,
                by_link, f"ZC{day:%Y%m%d}-{_suffix(pk)}", county.code, county.unit_id, at, at, officer, officer,
            )  # fmt: skip

    names = [
        "id", "entity_id", "entity_kind", "checked_on", "answered_by", "answers", "checklist_version_id", "by_link",
        "receipt_number", "region_id", "unit_id", "created_at", "changed_at", "created_by_id", "changed_by_id",
    ]  # fmt: skip
    writer.write(SelfCheck, names, rows(), campaign_id=campaign.pk, version=1)
    return checks


def _suffix(number) -> str:
    """The number in the signs of a receipt."""
    signs = []
    for _position in range(SUFFIX_LENGTH):
        number, rest = divmod(number, len(UNMISTAKABLE))
        signs.append(UNMISTAKABLE[rest])
    return "".join(reversed(signs))
