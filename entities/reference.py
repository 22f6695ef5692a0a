"""The places, departments, units and roles of the city: written to the database as often as asked, with one result."""

import json
from pathlib import Path

from entities.models import Department, Region, Unit
from entities.roles import load_roles

DATA = Path(__file__).parent / "data" / "regions.json"
CITY = "4311"
MARKET_COUNTY_SUFFIX = "市场监督管理局"
STATION_NAMES = ["第一市场监管所", "第二市场监管所", "第三市场监管所"]
PARTNERS = {
    "fire": "消防救援机构",
    "police": "公安局",
    "urban": "城市管理局",
    "transport": "交通运输局",
    "housing": "住房和城乡建设局",
}


def load_places_and_units():
    """Make regions, departments and units what the data file says; units that an administrator added stay."""
    listed = json.loads(DATA.read_text(encoding="utf-8"))
    for region in listed["regions"]:
        code = region["code"]
        tile = region.get("tile", {})
        Region.objects.update_or_create(
            code=code,
            defaults={
                "name": region["name"],
                "level": region["level"],
                "parent_id": {"province": None, "city": code[:2], "county": CITY}[region["level"]],
                "tile_row": tile.get("row"),
                "tile_column": tile.get("column"),
            },
        )
    for rank, department in enumerate(listed["departments"], start=1):
        Department.objects.update_or_create(
            code=department["code"], defaults={"name": department["name"], "rank": rank}
        )
    load_units(Region.objects.get(code=CITY), Region.objects.counties())


def load_units(city, counties):
    """The city bureau with its squad and sections, a bureau with its stations for each county, the partners' offices."""
    bureau = _unit("4311", "永州市市场监督管理局", Unit.Kind.BUREAU, "market", city, 1)
    _unit("4311-squad", "市市场监管综合行政执法支队", Unit.Kind.SQUAD, "market", city, 2, bureau)
    _unit("4311-quality", "市局产品质量安全监督管理科", Unit.Kind.SECTION, "market", city, 3, bureau)
    _unit("4311-discipline", "驻市市场监督管理局纪检监察组", Unit.Kind.SECTION, "discipline", city, 4)
    for rank, county in enumerate(counties, start=1):
        county_bureau = _unit(
            county.code,
            f"{county.name}{MARKET_COUNTY_SUFFIX}",
            Unit.Kind.COUNTY_BUREAU,
            "market",
            county,
            rank * 10,
            bureau,
        )
        for number, name in enumerate(STATION_NAMES, start=1):
            _unit(
                f"{county.code}-{number:02}", f"{county.name}{name}", Unit.Kind.STATION, "market", county,
                rank * 10 + number, county_bureau,
            )  # fmt: skip
    for number, (department, name) in enumerate(PARTNERS.items()):
        for rank, region in enumerate([city, *counties]):
            _unit(
                f"{region.code}-{department}", f"{region.name}{name}", Unit.Kind.PARTNER, department, region,
                200 + number * 20 + rank,
            )  # fmt: skip


def _unit(code, name, kind, department, region, rank, parent=None):
    unit, _created = Unit.objects.update_or_create(
        code=code,
        defaults={
            "name": name,
            "kind": kind,
            "department_id": department,
            "region": region,
            "rank": rank,
            "parent": parent,
        },
    )
    return unit


def load_who_and_where():
    """Places, units and roles; idempotent."""
    load_places_and_units()
    load_roles()
