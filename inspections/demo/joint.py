"""Sampling, teams, coordination, training, publicity and the watch over sales pages."""

from datetime import date, timedelta

from entities.models import Department, EntityKind
from inspections.demo.ledger import TODAY
from inspections.models import (
    CoordinationEvent,
    Exposure,
    JointTeam,
    Listing,
    ListingCheck,
    Publicity,
    SamplingBatch,
    Training,
)
from inspections.models.sampling import BatchStatus

# Level, batches, those that fail: city and county together are the 81 of figure sampling_batches, the city's 4 that of
# sampling_failed_city; the provincial ones count in neither.
SAMPLING = [("city", 50, 4), ("county", 31, 2), ("province", 5, 1)]
CITY_FOLLOW_UP = [BatchStatus.HANDLED, BatchStatus.REINSPECTED, BatchStatus.ORDERED, BatchStatus.TRANSFERRED]
TEAMS_IN_COUNTY, TEAMS_OF_CITY = 4, 2  # 14 × 4 + 2 = 58, figure joint_teams
JOINED = ["market", "fire", "police", "urban", "transport", "housing"]  # figure departments_joined: 6
EVENTS = [
    ("plan", date(2024, 5, 1), "永州市电动自行车安全隐患全链条整治行动实施方案（示例）"),
    ("task_force", date(2024, 5, 6), "成立整治行动工作专班（示例）"),
    *[("meeting", day, "全市系统推进会议（示例）") for day in (date(2024, 5, 15), date(2024, 8, 8), date(2024, 11, 12))],
    *[
        ("consultation", day, "局组联合会商（示例）")
        for day in (date(2024, 5, 21), date(2024, 6, 20), date(2024, 7, 25), date(2024, 9, 19), date(2024, 10, 24), date(2024, 12, 19))
    ],
    *[("supervision", day, "督导督查（示例）") for day in (date(2024, 7, 4), date(2024, 9, 26), date(2024, 12, 5))],
    *[("bulletin", day, "整治行动情况通报（示例）") for day in (date(2024, 9, 30), date(2024, 12, 31))],
]  # fmt: skip
FIRES, TYPICAL_CASES = 3, 2  # figure fire_incidents_exposed counts the fires
TRAININGS = [(12, 20), (14, 22), (10, 18), (16, 24), (11, 21)]  # directors and officers: 168 in 5 sessions
PUBLICITY = [
    ("leaflet", 6200), ("leaflet", 5400), ("leaflet", 4300), ("poster", 2600), ("poster", 2350), ("diagram", 1800),
    ("diagram", 1500), ("video", 6), ("video", 4), ("handbook", 1200), ("notice", 3000),
]  # fmt: skip
LISTINGS, UNCHECKED, FIRST_WITHOUT_NOTICE = 36, 4, 7


def load_sampling(ledger, people, entities):
    """Batches ordered by three levels; the city's failed ones are on their way through follow-up handling."""
    sellers = [e for e in entities if e.kind == EntityKind.SELLER]
    batches, number = [], 0
    for level, count, failures in SAMPLING:
        for nth in range(count):
            number += 1
            entity, day = ledger.chance.choice(sellers), ledger.working_day(until=date(2024, 9, 20))
            officer = people.manager(entity.region_id if level == "county" else "4311")
            batch = SamplingBatch(
                number=f"CC{day:%Y}-{number:04d}", entity=entity, entity_kind=entity.kind, region=entity.region,
                maker=f"示例车辆厂{nth % 9 + 1}", product=ledger.chance.choice(["ebike", "battery", "charger"]),
                model_name=f"示例牌 TDT{nth:03d}Z", level=level, sampled_on=day, status=BatchStatus.PASSED,
                result_on=ledger.soon_after(day, 35, least=15),
            )  # fmt: skip
            if nth < failures:
                follow_up(ledger, batch, CITY_FOLLOW_UP[nth] if level == "city" else BatchStatus.FAILED)
            batches.append(ledger.signed(batch, by=officer, on=day))
    ledger.write(batches)


def follow_up(ledger, batch, status):
    """A failed batch with the dates of every step up to that status."""
    batch.status, batch.failed_items = status, "最高车速；整车质量"
    if status == BatchStatus.FAILED:
        return
    batch.handling_region, batch.transferred_on = batch.region, ledger.soon_after(batch.result_on, 10)
    steps = [("ordered_on", 12), ("reinspected_on", 30), ("handled_on", 10)]
    day = batch.transferred_on
    for field, most in steps[
        : [BatchStatus.TRANSFERRED, BatchStatus.ORDERED, BatchStatus.REINSPECTED, BatchStatus.HANDLED].index(status)
    ]:
        day = ledger.soon_after(day, most)
        setattr(batch, field, day)


def load_teams(ledger, people):
    """Standing teams of three to six departments in the city and each county."""
    teams = []
    for code, manager in sorted(people.managers.items()):
        for number in range(1, (TEAMS_OF_CITY if code == "4311" else TEAMS_IN_COUNTY) + 1):
            day = ledger.working_day(until=date(2024, 7, 31))
            team = JointTeam(
                name=f"{manager.unit.region.name}联合检查{number}组（示例）", formed_on=day, region=manager.unit.region,
                leader=people.invent_name(), headcount=ledger.chance.randint(4, 9),
            )  # fmt: skip
            teams.append(ledger.signed(team, by=manager, on=day))
    ledger.write(teams)
    known = set(Department.objects.values_list("code", flat=True))
    assert set(JOINED) <= known
    ledger.link(
        JointTeam.departments.through,
        [
            {"jointteam_id": team.pk, "department_id": department}
            for team in teams
            for department in ["market", *ledger.chance.sample(JOINED[1:], ledger.chance.randint(2, 5))]
        ],
    )


def load_outreach(ledger, people):
    """Coordination, exposures, trainings and publicity of the city."""
    by, city = people.clerk, people.clerk.unit.region
    write = [[], [], [], []]
    for number, (kind, day, title) in enumerate(EVENTS, start=1):
        event = CoordinationEvent(
            kind=kind, held_on=day, title=title, number=f"永市监示例〔{day.year}〕{number}号", region=city
        )
        write[0].append(ledger.signed(event, by=by, on=day))
    for number in range(FIRES + TYPICAL_CASES):
        kind, day = ("fire" if number < FIRES else "case"), ledger.working_day()
        exposure = Exposure(
            kind=kind, exposed_on=day, title=f"集中曝光第{number + 1}期（示例）", medium="示例媒体", region=city
        )
        write[1].append(ledger.signed(exposure, by=by, on=day))
    for number, (directors, officers) in enumerate(TRAININGS, start=1):
        day = date(2024, 5, 23) + timedelta(days=42 * (number - 1))
        training = Training(
            title=f"质量安全专题培训第{number}期（示例）", held_on=day, directors=directors, quality_officers=officers,
            enterprises=directors + 4, region=city,
        )  # fmt: skip
        write[2].append(ledger.signed(training, by=by, on=day))
    for kind, quantity in PUBLICITY:
        day = ledger.working_day(until=date(2024, 12, 20))
        item = Publicity(
            kind=kind, title="拒绝非法改装 守护骑行安全（示例）", produced_on=day, quantity=quantity, region=city
        )
        write[3].append(ledger.signed(item, by=by, on=day))
    for records in write:
        ledger.write(records)


def load_listings(ledger, people, entities):
    """Sales pages, most checked; each one checked shows the notice by now."""
    online = [e for e in entities if e.kind == EntityKind.ONLINE_SELLER]
    by, listings, checks = people.clerk, [], []
    for number in range(LISTINGS):
        entity, day = online[number % len(online)], ledger.working_day(until=date(2024, 9, 30))
        listing = Listing(
            entity=entity, entity_kind=entity.kind, region=entity.region, platform="示例商城",
            title=f"示例电动自行车 {number + 1} 号页面", url=f"https://shop.example/{number + 1}", found_on=day,
        )  # fmt: skip
        listings.append(ledger.signed(listing, by=by, on=day))
        if number < LISTINGS - UNCHECKED:
            days = [day, ledger.soon_after(day, 40, least=10)] if number < FIRST_WITHOUT_NOTICE else [day]
            for checked_on in days:
                check = ListingCheck(
                    listing=listing, checked_on=checked_on, shows_notice=checked_on == days[-1], region=entity.region
                )
                checks.append(ledger.signed(check, by=by, on=checked_on))
    ledger.write(listings)
    ledger.write(checks)
    assert max(check.checked_on for check in checks) <= TODAY
