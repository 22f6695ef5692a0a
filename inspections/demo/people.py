"""Synthetic officers of every role, in every county and at the partner departments."""

from collections import defaultdict
from datetime import date, datetime, time
from itertools import product

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from entities.models import Officer, Unit
from entities.roles import Role

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = [
    "明远", "晓岚", "建平", "文静", "立新", "雨桐", "志强", "海燕", "国栋", "思源", "春梅", "永康", "佳宁", "振华", "若溪", "德明",
]  # fmt: skip
SINCE = date(2024, 4, 1)
NOBODY_SIGNS_IN = make_password(None)
JOINED = timezone.make_aware(datetime.combine(SINCE, time(9)))
INSPECTORS_AT = ["", "-01", "-02", "-03"]  # at the county bureau and at each of its stations
SQUAD = 6
WITH_OFFICE_STAFF = ["431102", "431103", "431126", "431181"]  # the counties with a clerk and a leader of their own
PARTNERS = ["fire", "police", "urban", "transport", "housing"]

# The accounts that are printed: role, unit, certificate.
ACCOUNTS = {
    "inspector": (Role.INSPECTOR, "431103-01", True),
    "inspector2": (Role.INSPECTOR, "431102-01", True),
    "manager": (Role.MANAGER, "431103", True),
    "clerk": (Role.CLERK, "4311-quality", False),
    "leader": (Role.LEADER, "4311", False),
    "discipline": (Role.DISCIPLINE, "4311-discipline", False),
    "admin": (Role.ADMINISTRATOR, "4311", False),
}


class People:
    """The officers: `pair(code)` inspects in that county, `manager(code)` decides there, `partner(code, …)` comes along."""

    def __init__(self, ledger, password):
        self.chance = ledger.chance
        self.units = {unit.code: unit for unit in Unit.objects.select_related("region")}
        self.inspectors, self.managers, self.by_name = defaultdict(list), {}, {}
        self.number = 0
        self.names = [surname + given for surname, given in product(SURNAMES, GIVEN)]
        self.chance.shuffle(self.names)  # officers take theirs from here, so that no two are called the same
        hashed = make_password(password)  # once, since hashing is slow by design
        for username, (role, unit, certified) in ACCOUNTS.items():
            officer = self._appoint(username, role, unit, certified, hashed)
            if role == Role.INSPECTOR:
                self.inspectors[unit[:6]].append(officer)
            if role == Role.MANAGER:
                self.managers[unit] = officer
        for code in self.counties():
            for place in INSPECTORS_AT:
                self.inspectors[code].append(self._appoint(f"i{code}{place}", Role.INSPECTOR, code + place, True))
            if code not in self.managers:
                self.managers[code] = self._appoint(f"m{code}", Role.MANAGER, code, True)
            if code in WITH_OFFICE_STAFF:
                self._appoint(f"c{code}", Role.CLERK, code, False)
                self._appoint(f"l{code}", Role.LEADER, code, False)
            for department in PARTNERS[:3]:
                self._appoint(f"{department}{code}", Role.INSPECTOR, f"{code}-{department}", department != "urban")
        for department in PARTNERS:
            self._appoint(f"{department}4311", Role.INSPECTOR, f"4311-{department}", department != "urban")
        for number in range(1, SQUAD + 1):
            self.inspectors["4311"].append(self._appoint(f"squad{number}", Role.INSPECTOR, "4311-squad", True))
        self.managers["4311"] = self._appoint("m4311", Role.MANAGER, "4311-squad", True)

    def counties(self):
        """The codes of the counties that have a bureau, in their order."""
        return sorted(code for code, unit in self.units.items() if unit.kind == Unit.Kind.COUNTY_BUREAU)

    def _appoint(self, username, role, unit, certified, password=NOBODY_SIGNS_IN):
        self.number += 1
        officer = Officer(username=username, name=self.names.pop(), date_joined=JOINED)
        officer._history_date = JOINED
        officer.certificate_number = f"湘D{self.number:06d}" if certified else ""
        officer.password = password
        officer.appoint(role=role, unit=self.units[unit], on=SINCE)
        self.by_name[username] = officer
        return officer

    def invent_name(self):
        """The name of somebody at a business, made of a surname and a given name from two short lists."""
        return self.chance.choice(SURNAMES) + self.chance.choice(GIVEN)

    def pair(self, code):
        """Two certified inspectors of that county, or of the city's squad."""
        return self.chance.sample(self.inspectors[code], 2)

    def manager(self, code):
        return self.managers[code]

    def reviewer(self, hazard):
        """Who judges a rectification: a manager, or for a general hazard also another inspector of the county."""
        others = [officer for officer in self.inspectors[hazard.region_id] if officer != hazard.created_by]
        if hazard.severity == "general" and self.chance.random() < 0.5:
            return self.chance.choice(others)
        return self.manager(hazard.region_id)

    def partner(self, code, department):
        """The officer of another department in that county."""
        return self.by_name[f"{department}{code}"]

    @property
    def clerk(self):
        return self.by_name["clerk"]
