"""Synthetic officers of every role, in every county."""

from collections import defaultdict
from datetime import date

from entities.models import Officer, Unit
from entities.roles import Role

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = [
    "明远",
    "晓岚",
    "建平",
    "文静",
    "立新",
    "雨桐",
    "志强",
    "海燕",
    "国栋",
    "思源",
    "春梅",
    "永康",
    "佳宁",
    "振华",
    "若溪",
    "德明",
]
SINCE = date(2024, 4, 1)

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
    """The officers by county: `team(code)` are those who inspect there, `manager(code)` decides."""

    def __init__(self, ledger, password):
        self.chance = ledger.chance
        self.units = {unit.code: unit for unit in Unit.objects.select_related("region")}
        self.inspectors, self.managers, self.by_name = defaultdict(list), {}, {}
        self.number = 0
        for username, (role, unit, certified) in ACCOUNTS.items():
            officer = self._appoint(username, role, unit, certified, password)
            if role == Role.INSPECTOR:
                self.inspectors[unit[:6]].append(officer)
            if role == Role.MANAGER:
                self.managers[unit[:6]] = officer
        counties = sorted(code for code, unit in self.units.items() if unit.kind == Unit.Kind.COUNTY_BUREAU)
        for code in counties:
            for place in ["", "-01", "-02", "-03"]:
                self.inspectors[code].append(self._appoint(f"i{code}{place}", Role.INSPECTOR, code + place, True))
            if code not in self.managers:
                self.managers[code] = self._appoint(f"m{code}", Role.MANAGER, code, True)
            self.by_name[f"fire{code}"] = self._appoint(f"fire{code}", Role.INSPECTOR, f"{code}-fire", True)
        for number in range(1, 5):
            self.inspectors["4311"].append(self._appoint(f"squad{number}", Role.INSPECTOR, "4311-squad", True))
        self.managers["4311"] = self._appoint("m4311", Role.MANAGER, "4311-squad", True)

    def _appoint(self, username, role, unit, certified, password=None):
        self.number += 1
        officer = Officer(username=username, name=self.invent_name())
        officer.certificate_number = f"湘D{self.number:06d}" if certified else ""
        officer.set_password(password)
        officer.appoint(role=role, unit=self.units[unit], on=SINCE)
        self.by_name[username] = officer
        return officer

    def invent_name(self):
        """A name made of a surname and a given name from two short lists."""
        return self.chance.choice(SURNAMES) + self.chance.choice(GIVEN)

    def pair(self, code):
        """Two certified inspectors of that county."""
        return self.chance.sample(self.inspectors[code], 2)

    def manager(self, code):
        return self.managers[code]

    @property
    def clerk(self):
        return self.by_name["clerk"]
