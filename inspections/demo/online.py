"""The watch over sales pages: rounds, pages, checks, pages taken down, and leads that came of it."""

import random
from datetime import date, datetime, time

from django.utils import timezone

from entities.models import EntityKind
from inspections.demo.deadlines import Periods
from inspections.models import DeadlineKind, Lead, LeadStatus, Listing, ListingCheck, ListingStatus, MonitoringRun

LISTINGS, UNCHECKED, FIRST_WITHOUT_NOTICE = 36, 4, 7  # figure listing_notice_rate: each one checked shows it by now
PLATFORMS = ["示例商城", "示例优选", "示例直播"]
# Which pages are gone, since when and why; the last one was never checked.
REMOVED = [
    (9, date(2024, 10, 22), "平台通知后卖家自行下架（示例）"), (20, date(2024, 11, 19), "标题含“可提速”，平台下架（示例）"),
    (34, date(2024, 12, 10), "检查时页面已不存在（示例）"),
]  # fmt: skip
# Leads of pages: which page, received on, what it says.
LEADS = [
    (2, date(2024, 9, 10), "页面视频演示解除限速（示例）"), (9, date(2024, 10, 15), "页面出售解码器（示例）"),
    (15, date(2024, 11, 12), "消费者称页面参数与实物不符（示例）"), (27, date(2025, 1, 14), "页面未注明电池型号（示例）"),
]  # fmt: skip
# By the number of the page: status, when, outcome, passed on to. The last lead is still open.
CLOSED = {
    2: (LeadStatus.HANDLED, date(2024, 9, 19), "已约谈店主，视频删除（示例）", ""),
    9: (LeadStatus.PASSED_ON, date(2024, 10, 21), "卖家在外省，已移交（示例）", "示例省市场监管局"),
    15: (LeadStatus.UNFOUNDED, date(2024, 11, 20), "核对合格证，参数一致（示例）", ""),
}  # fmt: skip


def load_listings(ledger, people, entities):
    """Sales pages, most of them checked at a round; some showed no notice at first, each one checked shows it by now."""
    online = [e for e in entities if e.kind == EntityKind.ONLINE_SELLER]
    by, listings, checks = people.clerk, [], []
    for number in range(LISTINGS):
        entity, day = online[number % len(online)], ledger.working_day(until=date(2024, 9, 30))
        listing = Listing(
            entity=entity, entity_kind=entity.kind, region=entity.region, platform=PLATFORMS[number % 3],
            title=f"示例电动自行车 {number + 1} 号页面", url=f"https://shop.example/{number + 1}", found_on=day,
        )  # fmt: skip
        listings.append(ledger.signed(listing, by=by, on=day))
        if number < LISTINGS - UNCHECKED:
            days = [day, ledger.soon_after(day, 40, least=10)] if number < FIRST_WITHOUT_NOTICE else [day]
            for checked_on in days:
                shows = checked_on == days[-1]
                check = ListingCheck(
                    listing=listing, checked_on=checked_on, shows_notice=shows, region=entity.region,
                    remarks="" if shows else "未明示，已通知补充（示例）",
                )  # fmt: skip
                checks.append(ledger.signed(check, by=by, on=checked_on))
    _run_for(ledger, by, checks)
    ledger.write(listings)
    ledger.write(checks)


def _run_for(ledger, by, checks):
    """The round of each day through each platform, entered that morning; the checks of the day belong to it."""
    chance, runs = random.Random(20240601), {}
    for check in sorted(checks, key=lambda check: (check.checked_on, check.listing.platform)):
        day, platform = check.checked_on, check.listing.platform
        if (day, platform) not in runs:
            run = MonitoringRun(
                platform=platform, ran_on=day, region=by.unit.region, pages_checked=chance.randint(20, 90),
                shops_monitored=chance.randint(6, 25), advertisements_blocked=chance.choice([0, 0, 0, 1, 2, 3]),
                remarks="按关键词“电动车 提速”“解码器”检索（示例）",
            )  # fmt: skip
            morning = timezone.make_aware(datetime.combine(day, time(9, 5)))
            runs[day, platform] = ledger.signed(run, by=by, on=day, at=morning)
        check.run = runs[day, platform]
    ledger.write(list(runs.values()))


def load_removals(ledger, people):
    """Pages that are gone, and what was passed on from pages."""
    by, listings = people.clerk, list(Listing.objects.filter(campaign=ledger.campaign).order_by("pk"))
    removed, reasons = [], {}
    for number, day, reason in REMOVED:
        listing = listings[number]
        listing.status, listing.removed_on, reasons[listing.pk] = ListingStatus.REMOVED, day, reason
        removed.append(listing)
    ledger.rewrite(
        removed, ["status", "removed_on"], when=lambda page: page.removed_on, by=lambda _page: by,
        why=lambda page: reasons[page.pk],
    )  # fmt: skip
    _leads(ledger, by, listings)


def _leads(ledger, by, listings):
    leads, closed, periods = [], [], Periods(ledger)
    for number, day, text in LEADS:
        listing = listings[number]
        lead = Lead(
            listing=listing, entity=listing.entity, entity_kind=listing.entity_kind, region=listing.region, text=text,
            came_from=Lead.Origin.ONLINE, received_on=day,
        )  # fmt: skip
        leads.append(ledger.signed(lead, by=by, on=day))
    ledger.write(leads)
    for (number, *_rest), lead in zip(LEADS, leads, strict=True):
        if number in CLOSED:
            lead.status, lead.closed_on, lead.outcome, lead.passed_to = CLOSED[number]
            closed.append(lead)
        periods.add(lead, DeadlineKind.FILING, lead.received_on, met_on=lead.closed_on)
    ledger.write(periods.rows)
    ledger.rewrite(
        closed, ["status", "closed_on", "outcome", "passed_to"], when=lambda lead: lead.closed_on, by=lambda _lead: by,
        why=lambda lead: lead.outcome,
    )  # fmt: skip
