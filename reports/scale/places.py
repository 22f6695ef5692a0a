"""The regions, their bureaus and the officers who work there."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from entities.models import Grant, Officer, Region, Unit
from entities.models.unit import MARKET
from entities.roles import Role
from inspections.demo.people import GIVEN, SURNAMES
from reports.scale.sizes import NATION
from reports.scale.words import PROVINCES, place_names

SINCE = date(2024, 4, 1)
JOINED = timezone.make_aware(datetime.combine(SINCE, time(9)))
ENDINGS = ["区", "县", "县", "县", "市"]
LOG_INS = [Role.INSPECTOR, Role.MANAGER, Role.CLERK, Role.LEADER, Role.DISCIPLINE, Role.ADMINISTRATOR]


@dataclass
class County:
    """A county with its bureau and who works there."""

    code: str
    name: str
    weight: float
    unit_id: int = 0
    manager_id: int = 0
    inspector_ids: list[int] = field(default_factory=list)
    papers: dict[str, int] = field(default_factory=dict)

    @property
    def city(self) -> str:
        return self.code[:-2]

    def number(self, series, year=2024) -> str:
        """The next number of the bureau's papers of that kind."""
        self.papers[series] = self.papers.get(series, 0) + 1
        return f"示例市监{series}〔{year}〕{self.papers[series]}号"


class Places:
    """Provinces, cities and counties, big ones and small ones; `demo` names the place of each printed account."""

    def __init__(self, size, chance):
        self.size, self.chance = size, chance
        self.counties, self.regions, self.unit_of = [], [], {}
        self._lay_out()

    def _lay_out(self):
        """Each city has a share of the counties by chance, each county a weight: a few are big, most are small."""
        chance, size = self.chance, self.size
        prefix = NATION if size.root == NATION else ""
        if prefix:
            # The model knows no level above the province.
            self.regions.append((NATION, "全国", "province", None))
        provinces = list(PROVINCES)[: size.provinces] if size.provinces > 1 else [size.root[:2]]
        cities = []
        for nth, province in enumerate(provinces):
            self.regions.append((prefix + province, PROVINCES[province], "province", prefix or None))
            names = place_names(chance)
            for number in range(1, 1 + (size.cities + nth) // size.provinces):
                code = f"{prefix}{province}{number:02}"
                self.regions.append((code, f"{next(names)}市", "city", prefix + province))
                cities.append((code, names))
        counties_of = self._spread(size.counties, [0.4 + chance.random() for _city in cities], least=1, most=98)
        for (city, names), count in zip(cities, counties_of, strict=True):
            for number in range(1, count + 1):
                name = f"{next(names)}{ENDINGS[0] if number <= 2 else chance.choice(ENDINGS)}"
                weight = chance.lognormvariate(0, 0.9)
                self.counties.append(County(f"{city}{number:02}", name, weight))
                self.regions.append((f"{city}{number:02}", name, "county", city))
        self.names = {code: name for code, name, _level, _parent in self.regions}

    @staticmethod
    def _spread(whole, weights, *, least, most):
        """`whole` in parts by weight, none below `least` or above `most`."""
        total, parts = sum(weights), []
        for weight in weights:
            parts.append(min(most, max(least, int(whole * weight / total))))
        nth = 0
        while sum(parts) != whole:
            step = 1 if sum(parts) < whole else -1
            if least <= parts[nth % len(parts)] + step <= most:
                parts[nth % len(parts)] += step
            nth += 1
        return parts

    def share(self, whole) -> list[int]:
        """So many things, spread over the counties by their weight."""
        return self._spread(whole, [county.weight for county in self.counties], least=1, most=whole)

    @property
    def demo(self) -> dict[str, str]:
        """Whose accounts are printed: the codes of the nation, a province, a city and its biggest county, as far as they exist."""
        biggest = max(self.counties, key=lambda county: county.weight)
        codes = {"county": biggest.code, "city": biggest.city, "province": biggest.city[:-2]}
        if self.size.root == NATION:
            codes["nation"] = NATION
        return {name: code for name, code in codes.items() if code.startswith(self.size.root)}

    def write(self, writer, password):
        """Regions, a bureau for each, a manager and inspectors in each county, and the accounts that are printed; returns these."""
        writer.write(Region, ["code", "name", "level", "parent_id"], self.regions)
        first = writer.next_pk(Unit)
        self.unit_of = {code: first + nth for nth, (code, *_rest) in enumerate(self.regions)}
        units = []
        for rank, (code, name, level, parent) in enumerate(self.regions, start=1):
            kind = Unit.Kind.COUNTY_BUREAU if level == "county" else Unit.Kind.BUREAU
            units.append(
                (
                    self.unit_of[code],
                    code,
                    f"{name}市场监督管理局（示例）",
                    kind,
                    self.unit_of.get(parent),
                    code,
                    min(rank, 32767),
                )
            )
        writer.write(
            Unit, ["id", "code", "name", "kind", "parent_id", "region_id", "rank"], units, department_id=MARKET
        )
        self._write_officers(writer)
        return self._appoint_demo(writer, password)

    def _write_officers(self, writer):
        chance, officers, pk = self.chance, [], writer.next_pk(Officer)
        nobody_signs_in = "!" + "示例".encode().hex()
        for county in self.counties:
            county.unit_id = self.unit_of[county.code]
            inspectors = 3 + min(12, int(county.weight * 1.5))
            for nth in range(inspectors + 1):
                role = Role.INSPECTOR if nth else Role.MANAGER
                name = chance.choice(SURNAMES) + chance.choice(GIVEN)
                officers.append(
                    (pk, f"{role[0]}{county.code}-{nth}", name, role, county.unit_id, f"示例{pk:06d}", nth == 0)
                )
                if nth:
                    county.inspector_ids.append(pk)
                else:
                    county.manager_id = pk
                pk += 1
        names = ["id", "username", "name", "role", "unit_id", "certificate_number", "is_staff"]
        writer.write(Officer, names, officers, password=nobody_signs_in, date_joined=JOINED)
        groups = dict(Group.objects.values_list("name", "pk"))
        writer.write(
            Officer.groups.through, ["officer_id", "group_id"],
            ((officer[0], groups[Role(officer[3]).group_name]) for officer in officers),
        )  # fmt: skip
        region_of = {county.unit_id: county.code for county in self.counties}
        writer.write(
            Grant, ["officer_id", "region_id"], ((officer[0], region_of[officer[4]]) for officer in officers),
            kind=Grant.Kind.POST, starts_on=SINCE,
        )  # fmt: skip

    def _appoint_demo(self, writer, password):
        """An account of each role at each place of `demo`, named `county-inspector`; returns them."""
        accounts, hashed, pk = [], make_password(password), writer.next_pk(Officer)
        for place, code in self.demo.items():
            for role in LOG_INS:
                is_certified = role in (Role.INSPECTOR, Role.MANAGER)
                name = self.chance.choice(SURNAMES) + self.chance.choice(GIVEN)
                officer = Officer(
                    pk=pk + len(accounts), username=f"{place}-{role}", name=name, password=hashed, date_joined=JOINED
                )
                officer.certificate_number = f"示例{place}-{role}"[:30] if is_certified else ""
                officer._history_date = JOINED
                officer.appoint(role=role, unit=Unit.objects.get(code=code), on=SINCE)
                accounts.append(officer)
                county = next((county for county in self.counties if county.code == code), None)
                if county and role == Role.INSPECTOR:
                    county.inspector_ids.insert(0, officer.pk)
        writer.free_keys(Officer)
        return accounts
