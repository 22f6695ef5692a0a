"""Working days: from the next day, ending on a working day, by the table of holidays."""

from datetime import date

import pytest

from inspections.models import Holiday
from inspections.models.calendar import working_days_after, years_without_holidays
from tests.factories import make_hazard

# 国务院办公厅关于2024年部分节假日安排的通知: Mid-Autumn 15-17 September (14 worked), National Day 1-7 October (29 September
# and 12 October worked).
OFF_2024 = ["2024-09-15", "2024-09-16", "2024-09-17", *(f"2024-10-0{n}" for n in range(1, 8))]
WORKED_2024 = ["2024-09-14", "2024-09-29", "2024-10-12"]


@pytest.fixture
def autumn_of_2024(world):
    Holiday.objects.bulk_create(
        [Holiday(day=day, name="假日") for day in OFF_2024]
        + [Holiday(day=day, name="调休", is_worked=True) for day in WORKED_2024]
    )


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2024-09-02", 1, "2024-09-03"),  # Monday: counting begins the next day
        ("2024-09-06", 1, "2024-09-09"),  # Friday: the weekend does not count
        ("2024-09-07", 1, "2024-09-09"),  # Saturday
        ("2024-09-08", 1, "2024-09-09"),  # Sunday
        ("2024-09-13", 1, "2024-09-14"),  # Friday before a Saturday that is worked
        ("2024-09-14", 1, "2024-09-18"),  # over Mid-Autumn
        ("2024-09-27", 1, "2024-09-29"),  # Friday before a Sunday that is worked
        ("2024-09-27", 3, "2024-10-08"),  # over National Day
        ("2024-09-30", 1, "2024-10-08"),
        ("2024-09-30", 5, "2024-10-12"),  # ends on a Saturday that is worked
        ("2024-09-30", 6, "2024-10-14"),
        ("2024-10-01", 1, "2024-10-08"),  # found on a day off
        ("2024-09-02", 15, "2024-09-24"),  # the 15 days of a general hazard
        ("2024-09-02", 7, "2024-09-11"),
        ("2024-09-02", 3, "2024-09-05"),
    ],
)
def test_working_days_of_a_year_whose_holidays_are_entered(autumn_of_2024, start, days, expected):
    assert working_days_after(date.fromisoformat(start), days) == date.fromisoformat(expected)


def test_a_year_without_entries_goes_by_the_week(world):
    assert working_days_after(date(2024, 9, 30), 1) == date(2024, 10, 1)
    assert working_days_after(date(2024, 9, 30), 5) == date(2024, 10, 7)


def test_no_working_days_is_the_day_itself(world):
    assert working_days_after(date(2024, 9, 7), 0) == date(2024, 9, 7)


def test_one_query_whatever_the_number_of_days(autumn_of_2024, django_assert_num_queries):
    with django_assert_num_queries(1):
        working_days_after(date(2024, 9, 2), 90)


def test_years_without_holidays_are_named(autumn_of_2024):
    assert years_without_holidays(date(2024, 9, 2), date(2025, 1, 3), date(2023, 12, 1)) == [2023, 2025]
    assert years_without_holidays(date(2024, 9, 2)) == []


def test_the_deadline_follows_severity_and_campaign(autumn_of_2024, world):
    found = date(2024, 9, 2)
    assert world.campaign.deadline("general", found) == date(2024, 9, 24)
    assert world.campaign.deadline("serious", found) == date(2024, 9, 11)
    assert world.campaign.deadline("major", found) == date(2024, 9, 5)
    world.campaign.major_days = 1
    assert world.campaign.deadline("major", found) == date(2024, 9, 3)
    with pytest.raises(ValueError, match="tiny"):
        world.campaign.deadline("tiny", found)


def test_a_deadline_on_the_day_of_the_find_is_possible(world):
    assert make_hazard(world, deadline=date(2024, 9, 2)).pk
