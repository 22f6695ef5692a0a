"""Checklists and holidays: written to the database as often as asked; what an administrator changed stays."""

import json
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

from inspections.models import Checklist, ChecklistItem, Holiday

DATA = Path(__file__).parent / "data" / "checklists.json"
FIRST_YEAR = 2024


def load_checklists():
    """Add the proposed checklists that are not there yet; a version once written is never rewritten, since answers rest on it."""
    for listed in json.loads(DATA.read_text(encoding="utf-8"))["checklists"]:
        checklist, _created = Checklist.objects.get_or_create(
            code=listed["code"], defaults={"name": listed["name"], "kinds": listed["kinds"]}
        )
        version, created = checklist.versions.get_or_create(
            number=listed["version"], defaults={"in_force_from": date.fromisoformat(listed["in_force_from"])}
        )
        if not created:
            continue
        for position, item in enumerate(listed["items"], start=1):
            ChecklistItem.objects.create(
                version=version,
                position=position,
                code=item["code"],
                section=item["section"],
                text=item["text"],
                basis=item["basis"],
                typical_hazard=item["typical_hazard"],
                severity=item["severity"],
                category=item["category"],
                is_key_point=item["key_point"],
                in_force_from=item.get("in_force_from"),
                in_force_to=item.get("in_force_to"),
            )


def load_holidays():
    """Add the days on which the calendar differs from the week, for each year that the calendar package knows and nobody entered."""
    known = {day.year for day in Holiday.objects.values_list("day", flat=True)}
    for year in range(FIRST_YEAR, max(chinese_calendar.holidays).year + 1):
        if year in known:
            continue
        day = date(year, 1, 1)
        while day.year == year:
            is_worked = chinese_calendar.is_workday(day)
            if is_worked != (day.weekday() < 5):
                name = chinese_calendar.get_holiday_detail(day)[1] or ""
                Holiday.objects.create(day=day, name=HOLIDAY_NAMES.get(str(name), str(name)), is_worked=is_worked)
            day += timedelta(days=1)


HOLIDAY_NAMES = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday} | {"": "调休"}


def load_what_to_check():
    """Checklists and holidays; idempotent."""
    load_checklists()
    load_holidays()
