"""The places, departments, units and roles of the city: written as often as asked, with one result.

Regions and departments are what the data file says, since they follow official lists: a changed line changes its row, and a
row that is right already is left alone. Units are only added: once there, their names and places belong to an administrator.
Roles hold exactly the rights of the table in `entities.roles`.
"""

import json
from pathlib import Path

from entities.models import Department, Region, Unit
from entities.roles import load_roles

DATA = Path(__file__).parent / "data" / "regions.json"
CITY = "4311"
STATIONS = ["第一市场监管所", "第二市场监管所", "第三市场监管所"]
# What each partner department's office is called in the city and in a county.
PARTNERS = {
    "fire": ("消防救援支队", "消防救援大队"),
    "police": ("公安局", "公安局"),
    "urban": ("城市管理和综合执法局", "城市管理和综合执法局"),
    "transport": ("交通运输局", "交通运输局"),
    "housing": ("住房和城乡建设局", "住房和城乡建设局"),
}


def load_places():
    """Make regions and departments what the data file says."""
    for region in _listed()["regions"]:
        code, tile = region["code"], region.get("tile", {})
        values = {
            "name": region["name"],
            "level": region["level"],
            "parent_id": {"province": None, "city": code[:2], "county": CITY}[region["level"]],
            "tile_row": tile.get("row"),
            "tile_column": tile.get("column"),
        }
        _make_so(Region, code, values)
    load_departments()


def load_departments():
    """Make departments what the data file says."""
    for rank, department in enumerate(_listed()["departments"], start=1):
        _make_so(Department, department["code"], {"name": department["name"], "rank": rank})


def _listed():
    return json.loads(DATA.read_text(encoding="utf-8"))


def _make_so(model, code, values):
    """Write the row only where it differs, so that no history tells of a change that was none."""
    row = model.objects.filter(pk=code).first() or model(code=code)
    if row._state.adding or any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()


def load_units():
    """Add the units that are not there yet: the city bureau with its squad and sections, each county's, the partners'."""
    units = Units()
    bureau = units.add("4311", "永州市市场监督管理局", Unit.Kind.BUREAU, CITY, 1)
    units.add("4311-squad", "永州市市场监管综合行政执法支队", Unit.Kind.SQUAD, CITY, 2, parent=bureau)
    units.add("4311-quality", "市局产品质量监督科", Unit.Kind.SECTION, CITY, 3, parent=bureau)
    units.add("4311-discipline", "驻市市场监督管理局纪检监察组", Unit.Kind.SECTION, CITY, 4, department="discipline")
    counties = list(Region.objects.counties())
    for rank, county in enumerate(counties, start=1):
        code, place = county.code, county.code
        office = units.add(
            code, f"{county.name}市场监督管理局", Unit.Kind.COUNTY_BUREAU, place, rank * 10, parent=bureau
        )
        for number, name in enumerate(STATIONS, start=1):
            units.add(
                f"{code}-{number:02}", f"{county.name}{name}", Unit.Kind.STATION, place, rank * 10 + number,
                parent=office,
            )  # fmt: skip
    for number, (department, (in_city, in_county)) in enumerate(PARTNERS.items()):
        for rank, region in enumerate([Region.objects.get(code=CITY), *counties]):
            units.add(
                f"{region.code}-{department}", f"{region.name}{in_county if rank else in_city}", Unit.Kind.PARTNER,
                region.code, 200 + number * 20 + rank, department=department,
            )  # fmt: skip


class Units:
    """The units by code; `add` leaves one that is there as it is."""

    def __init__(self):
        self.there = {unit.code: unit for unit in Unit.objects.all()}

    def add(self, code, name, kind, region_id, rank, *, parent=None, department="market"):
        if code not in self.there:
            self.there[code] = Unit.objects.create(
                code=code, name=name, kind=kind, region_id=region_id, rank=rank, parent=parent, department_id=department
            )
        return self.there[code]


def load_who_and_where():
    """Places, units and roles; idempotent."""
    load_places()
    load_units()
    load_roles()
