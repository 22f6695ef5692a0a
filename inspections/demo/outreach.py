"""Coordination, exposures, trainings and publicity."""

from datetime import date

from inspections.models import CoordinationEvent, Exposure, Publicity, Training

# The six figures of the first chapter, one for each kind.
EVENTS = [
    ("plan", date(2024, 5, 6), "永州市电动自行车安全隐患全链条整治行动实施方案（示例）"),
    ("task_force", date(2024, 5, 8), "成立整治行动工作专班（示例）"),
    *[("meeting", day, "全市系统推进会议（示例）") for day in (date(2024, 5, 15), date(2024, 8, 8), date(2024, 11, 12))],
    *[
        ("consultation", day, "局组联合会商（示例）")
        for day in (date(2024, 5, 21), date(2024, 6, 20), date(2024, 7, 25), date(2024, 9, 19), date(2024, 10, 24), date(2024, 12, 19))
    ],
    *[("supervision", day, "督导督查（示例）") for day in (date(2024, 7, 4), date(2024, 9, 26), date(2024, 12, 5))],
    *[("bulletin", day, "整治行动情况通报（示例）") for day in (date(2024, 9, 30), date(2024, 12, 31))],
]  # fmt: skip
FIRES, TYPICAL_CASES = 3, 2  # figure fire_incidents_exposed counts the fires
# Directors and officers: 168 in 5 sessions, figures trainings_held and people_trained; others who sat in do not count.
TRAININGS = [
    (date(2024, 5, 23), 12, 20, 6), (date(2024, 7, 4), 14, 22, 0), (date(2024, 8, 15), 10, 18, 9),
    (date(2024, 9, 26), 16, 24, 4), (date(2024, 11, 7), 11, 21, 0),
]  # fmt: skip
# Leaflets, posters, diagrams and videos: 24,160, figure publicity_items; handbooks and notices do not count.
PUBLICITY = [
    ("leaflet", 6200), ("leaflet", 5400), ("leaflet", 4300), ("poster", 2600), ("poster", 2350), ("diagram", 1800),
    ("diagram", 1500), ("video", 6), ("video", 4), ("handbook", 1200), ("notice", 3000),
]  # fmt: skip
TITLES = {
    "leaflet": "拒绝非法改装 守护骑行安全", "poster": "禁止飞线充电 禁止入户充电", "diagram": "看懂合格证与CCC标志",
    "video": "一块改装电池的危险",
    "handbook": "电动自行车质量安全手册", "notice": "电动自行车购买须知",
}  # fmt: skip


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
        title = f"{'电动自行车火灾事故' if kind == 'fire' else '非法改装典型案例'}集中曝光第{number + 1}期（示例）"
        exposure = Exposure(kind=kind, exposed_on=day, title=title, medium="示例媒体", region=city)
        write[1].append(ledger.signed(exposure, by=by, on=day))
    for number, (day, directors, officers, others) in enumerate(TRAININGS, start=1):
        training = Training(
            title=f"质量安全专题培训第{number}期（示例）", held_on=day, directors=directors, quality_officers=officers,
            others=others, enterprises=directors + 4, region=city,
        )  # fmt: skip
        write[2].append(ledger.signed(training, by=by, on=day))
    for kind, quantity in PUBLICITY:
        day = ledger.working_day(until=date(2024, 12, 20))
        item = Publicity(kind=kind, title=f"{TITLES[kind]}（示例）", produced_on=day, quantity=quantity, region=city)
        write[3].append(ledger.signed(item, by=by, on=day))
    for records in write:
        ledger.write(records)
