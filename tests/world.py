"""The small city every test lives in: two counties, one officer of each role, a stranger from the other county."""

from datetime import date
from types import SimpleNamespace

from entities.models import Department, Entity, Officer, Region, Unit
from entities.roles import Role, load_roles
from inspections.models import Campaign, Checklist, ChecklistItem

TODAY = date(2024, 9, 2)
PASSWORD = "a-long-test-password"

# username: role, unit, certificate number
OFFICERS = {
    "inspector": (Role.INSPECTOR, "lingling", "LL-001"),
    "second": (Role.INSPECTOR, "lingling", "LL-002"),
    "trainee": (Role.INSPECTOR, "lingling", ""),
    "manager": (Role.MANAGER, "lingling", "LL-003"),
    "clerk": (Role.CLERK, "lingling", ""),
    "stranger": (Role.INSPECTOR, "lengshuitan", "LS-001"),
    "stranger2": (Role.INSPECTOR, "lengshuitan", "LS-002"),
    "firefighter": (Role.INSPECTOR, "lingling-fire", "LF-001"),
    "leader": (Role.LEADER, "city", ""),
    "discipline": (Role.DISCIPLINE, "city", ""),
    "administrator": (Role.ADMINISTRATOR, "city", "CT-001"),
}


def build_world():
    """Write the city to an empty database."""
    load_roles()
    Region.objects.create(code="43", name="湖南省", level="province")
    Region.objects.create(code="4311", name="永州市", level="city", parent_id="43")
    for code, name, row, column in [("431102", "零陵区", 1, 1), ("431103", "冷水滩区", 0, 2)]:
        Region.objects.create(code=code, name=name, level="county", parent_id="4311", tile_row=row, tile_column=column)
    market = Department.objects.create(code="market", name="市场监管", rank=1)
    fire = Department.objects.create(code="fire", name="消防", rank=2)
    city = Unit.objects.create(code="city", name="市局", kind="bureau", department=market, region_id="4311", rank=1)
    for code, name, region in [("lingling", "零陵区局", "431102"), ("lengshuitan", "冷水滩区局", "431103")]:
        Unit.objects.create(
            code=code, name=name, kind="county_bureau", parent=city, department=market, region_id=region, rank=2
        )
    Unit.objects.create(
        code="lingling-fire", name="零陵区消防", kind="partner", department=fire, region_id="431102", rank=9
    )
    for username, (role, unit, certificate) in OFFICERS.items():
        officer = Officer(username=username, name=username.title(), certificate_number=certificate)
        officer.set_password(PASSWORD)
        officer.appoint(role=role, unit=Unit.objects.get(code=unit), on=date(2024, 1, 1))
    administrator = Officer.objects.get(username="administrator")
    Campaign.objects.create(
        code="TEST-2024", name="测试整治行动", name_en="Test campaign", region_id="4311", is_synthetic=True,
        starts_on=date(2024, 5, 1), ends_on=date(2025, 1, 20), status=Campaign.Status.RUNNING,
    )  # fmt: skip
    for code, name, kinds in [("XS", "销售门店检查表", ["seller"]), ("WX", "维修店检查表", ["repair_shop"])]:
        version = Checklist.objects.create(code=code, name=name, kinds=kinds).versions.create(
            number=1, in_force_from=date(2024, 1, 1)
        )
        ChecklistItem.objects.bulk_create(
            ChecklistItem(
                version=version, position=n, code=f"{code}-0{n}", section="一、主体资质" if n < 3 else "二、禁止改装",
                text=f"检查要点{n}", typical_hazard="未张贴；台账不全", severity=severity, category=category,
                is_key_point=n in (1, 4), in_force_from=in_force_from,
            )
            for n, severity, category, in_force_from in [
                (1, "serious", "licensing", None),
                (2, "general", "responsibility", None),
                (3, "general", "purchase", None),
                (4, "major", "illegal_modification", None),
                (5, "major", "conformity", date(2025, 9, 1)),
            ]
        )  # fmt: skip
    for name, kind, region, code, address in [
        ("零陵示例车行", "seller", "431102", "92431102MA4L0001X9", "零陵区示例路1号"),
        ("零陵示例维修部", "repair_shop", "431102", "92431102MA4L0002X3", "零陵区示例路2号"),
        ("冷水滩示例车行", "seller", "431103", "92431103MA4L0002X0", "冷水滩区示例路3号"),
    ]:
        Entity(
            name=name, kind=kind, region_id=region, credit_code=valid_credit_code(code), address=address,
            phone="0746-0000000",
        ).store(by=administrator)  # fmt: skip


def valid_credit_code(code):
    """The same code with the check character that it should have."""
    from stdnum.cn import uscc

    return code[:17] + uscc.calc_check_digit(code[:17])


def read_world():
    """The objects of the city by name: officers under their user names, `shop`, `repair_shop`, `other_shop`, `campaign` …"""
    return SimpleNamespace(
        **{officer.username: officer for officer in Officer.objects.select_related("unit")},
        officers={o.username: o for o in Officer.objects.all()},
        shop=Entity.objects.get(name="零陵示例车行"),
        repair_shop=Entity.objects.get(name="零陵示例维修部"),
        other_shop=Entity.objects.get(name="冷水滩示例车行"),
        campaign=Campaign.objects.get(code="TEST-2024"),
        county=Region.objects.get(code="431102"),
        other_county=Region.objects.get(code="431103"),
        city=Region.objects.get(code="4311"),
        market=Department.objects.get(code="market"),
        fire=Department.objects.get(code="fire"),
        today=TODAY,
    )
