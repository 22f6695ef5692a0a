"""Checklists, causes, deadlines and holidays: written as often as asked; what an administrator changed or added stays.

A checklist version is written once and never rewritten, since the answers of past visits rest on it: a later change of the
data file comes as a new version number. Holidays are filled year by year, and only years of which nobody has entered a day.
"""

import json
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

from inspections.models import Cause, Checklist, ChecklistItem, DeadlineRule, Holiday

FOLDER = Path(__file__).parent / "data"
FIRST_YEAR = 2024
HOLIDAY_NAMES = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
MADE_UP = "调休"


def load_checklists():
    """Add the versions of the proposed checklists that are not there yet."""
    for listed in json.loads((FOLDER / "checklists.json").read_text(encoding="utf-8"))["checklists"]:
        checklist, _created = Checklist.objects.get_or_create(
            code=listed["code"], defaults={"name": listed["name"], "kinds": listed["kinds"]}
        )
        version, created = checklist.versions.get_or_create(
            number=listed["version"], defaults={"in_force_from": date.fromisoformat(listed["in_force_from"])}
        )
        for position, item in enumerate(listed["items"], start=1) if created else ():
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
                kinds=item.get("kinds", []),
                in_force_from=item.get("in_force_from"),
                in_force_to=item.get("in_force_to"),
            )


def load_holidays():
    """Add the days on which the calendar differs from the week, for each year that the calendar package knows."""
    entered = {day.year for day in Holiday.objects.values_list("day", flat=True)}
    for year in range(FIRST_YEAR, max(chinese_calendar.holidays).year + 1):
        days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
        for day in days if year not in entered else ():
            is_worked = chinese_calendar.is_workday(day) if day.year == year else day.weekday() < 5
            if is_worked != (day.weekday() < 5):
                name = chinese_calendar.get_holiday_detail(day)[1]
                Holiday.objects.create(
                    day=day, name=MADE_UP if is_worked else HOLIDAY_NAMES.get(name, MADE_UP), is_worked=is_worked
                )


def load_deadlines():
    """Add the rules of deadlines that are not there yet."""
    for rule in json.loads((FOLDER / "deadlines.json").read_text(encoding="utf-8")):
        key = {"kind": rule.pop("kind"), "in_force_from": date.fromisoformat(rule.pop("in_force_from"))}
        DeadlineRule.objects.get_or_create(**key, defaults=rule)


def load_causes():
    """Add the causes of cases that are not there yet."""
    for row in json.loads((FOLDER / "causes.json").read_text(encoding="utf-8")):
        key = {"code": row.pop("code"), "in_force_from": date.fromisoformat(row.pop("in_force_from"))}
        Cause.objects.get_or_create(**key, defaults=row)


def load_what_to_check():
    """Checklists, causes, deadlines and holidays; idempotent."""
    load_checklists()
    load_causes()
    load_deadlines()
    load_holidays()
