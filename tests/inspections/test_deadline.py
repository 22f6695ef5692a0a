"""Statutory deadlines: worked examples, extensions, days that do not count, and what starts, meets and drops them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse

from inspections.models import Deadline, DeadlineRule
from inspections.models.calendar import last_day
from inspections.reference import load_deadlines, load_holidays
from tests.factories import make_deadline
from tests.world import TODAY

WORKING, CALENDAR = True, False


@pytest.fixture
def calendar(world):
    """The holidays of the years that are known: 2024 to 2026."""
    load_holidays()


@pytest.mark.parametrize(
    ("start", "days", "in_working_days", "pauses", "expected"),
    [
        # 15 working days from a lead: 2024-09-14 (Saturday) is worked, 15-17 September are Mid-Autumn.
        ("2024-09-02", 15, WORKING, [], "2024-09-24"),
        # Over National Day: 1-7 October off, 29 September and 12 October worked.
        ("2024-09-26", 5, WORKING, [], "2024-10-09"),
        ("2024-09-30", 5, WORKING, [], "2024-10-12"),  # ends on a Saturday that is worked
        # Calendar days count every day, holidays too …
        ("2024-09-02", 30, CALENDAR, [], "2024-10-08"),  # … but 2 October is a day off: the next working day
        ("2024-09-27", 15, CALENDAR, [], "2024-10-12"),  # a Saturday that is worked ends it
        ("2024-09-02", 90, CALENDAR, [], "2024-12-02"),  # 1 December is a Sunday
        ("2024-08-01", 15, CALENDAR, [], "2024-08-16"),
        # Days of testing do not count: ten days of standing still move the end by ten.
        ("2024-08-01", 30, CALENDAR, [("2024-08-06", "2024-08-15")], "2024-09-10"),
        ("2024-08-01", 10, WORKING, [("2024-08-05", "2024-08-09")], "2024-08-22"),
        # Two pauses, and one of a single day that would not have counted anyway.
        ("2024-08-01", 10, WORKING, [("2024-08-05", "2024-08-06"), ("2024-08-10", "2024-08-10")], "2024-08-19"),
        # Spring Festival 2025: 28 January to 4 February off, 26 January and 8 February worked.
        ("2025-01-24", 5, WORKING, [], "2025-02-07"),
        # Over the turn of a year.
        ("2024-12-27", 3, WORKING, [], "2025-01-02"),
        # A year that nobody entered goes by the week: 2030-10-01 is a Tuesday.
        ("2030-09-30", 1, WORKING, [], "2030-10-01"),
        ("2030-09-30", 5, CALENDAR, [], "2030-10-07"),  # 5 October is a Saturday
    ],
)
def test_worked_examples(calendar, start, days, in_working_days, pauses, expected):
    pauses = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in pauses]
    found = last_day(date.fromisoformat(start), days, in_working_days=in_working_days, pauses=pauses)
    assert found == date.fromisoformat(expected)


def a_period(world, **changes):
    """Thirty calendar days from 2 September 2024, of which thirty more are allowed."""
    values = {"kind": "seizure", "days": 30, "extension_days": 30, "due_on": date(2024, 10, 8)} | changes
    return make_deadline(world, **values)


def test_an_extension_counts_on_and_keeps_its_reason(calendar, world):
    period = a_period(world)
    period.extend(by=world.manager, days=30, reason="案情复杂", on=TODAY)
    assert (period.extended_by, period.due_on) == (30, date(2024, 11, 1))
    assert period.history.first().history_change_reason == "案情复杂"


@pytest.mark.parametrize(("days", "reason", "field"), [(31, "复杂", "days"), (0, "复杂", "days"), (5, " ", "reason")])
def test_an_extension_beyond_the_law_or_without_a_reason_is_refused(calendar, world, days, reason, field):
    period = a_period(world)
    with pytest.raises(ValidationError) as refused:
        period.extend(by=world.manager, days=days, reason=reason, on=TODAY)
    assert field in refused.value.error_dict
    period.refresh_from_db()
    assert period.extended_by == 0


def test_an_extension_is_decided_before_the_period_is_over(calendar, world):
    period = a_period(world)
    with pytest.raises(ValidationError):
        period.extend(by=world.manager, days=5, reason="复杂", on=date(2024, 10, 9))


def test_days_of_standing_still_do_not_count(calendar, world):
    period = a_period(world)
    period.suspend(by=world.manager, reason="送检", on=TODAY + timedelta(days=1))
    assert not period.is_overdue(on=date(2025, 1, 2))
    assert period not in Deadline.objects.counting() and period in Deadline.objects.running()
    with pytest.raises(ValidationError):
        period.suspend(by=world.manager, reason="再次", on=TODAY + timedelta(days=1))


def test_a_period_goes_on_after_its_pause(calendar, world):
    period = make_deadline(
        world, kind="seizure", days=30, starts_on=date(2024, 8, 1), due_on=date(2024, 9, 2), extension_days=30
    )
    period.suspend(by=world.manager, reason="送检", on=date(2024, 8, 6))
    with pytest.raises(ValidationError):
        period.resume(by=world.manager, on=date(2024, 8, 6))
    period.resume(by=world.manager, on=date(2024, 8, 16))
    assert period.due_on == date(2024, 9, 10) and period.suspended_on is None
    assert [(p.began_on, p.ended_on) for p in period.suspensions.all()] == [(date(2024, 8, 6), date(2024, 8, 15))]
    with pytest.raises(ValidationError):
        period.resume(by=world.manager, on=date(2024, 8, 20))


def test_the_rule_in_force_on_the_day_decides(world):
    DeadlineRule.objects.create(kind="filing", days=7, in_force_from=date(2010, 1, 1), in_force_to=date(2019, 3, 31))
    load_deadlines()
    assert DeadlineRule.objects.in_force("filing", date(2015, 5, 1)).days == 7
    assert DeadlineRule.objects.in_force("filing", TODAY).days == 15
    assert DeadlineRule.objects.in_force("filing", date(2000, 1, 1)) is None


def test_other_counties_do_not_see_it_and_only_a_manager_extends_it(calendar, world, client):
    period = a_period(world)
    url = reverse("desk_deed", args=["deadline", period.pk, "extend"])
    for officer, expected in [(world.manager, 200), (world.inspector, 403), (world.stranger, 404)]:
        client.force_login(officer)
        assert client.get(url).status_code == expected
    client.force_login(world.stranger)
    assert client.get(period.get_absolute_url()).status_code == 404
    client.force_login(world.manager)
    done = client.post(url, {"days": "10", "reason": "复杂", "on": "2024-09-02", "version": period.version})
    assert done.status_code == 302
    page = client.get(period.get_absolute_url()).content.decode()
    assert period.owner.get_absolute_url() in page


def test_a_partner_department_does_not_see_the_deadlines_of_our_cases(calendar, world, client):
    period = a_period(world)
    assert period.owner not in type(period.owner).objects.visible_to(world.firefighter)
    assert period not in Deadline.objects.visible_to(world.firefighter)
    client.force_login(world.firefighter)
    assert client.get(period.get_absolute_url()).status_code == 404


def test_everybodys_home_shows_what_is_due_in_scope(calendar, world, client):
    late = a_period(world, due_on=TODAY + timedelta(days=-1), starts_on=date(2024, 8, 1))
    make_deadline(world, owner=late.owner, kind="payment", due_on=TODAY + timedelta(days=7))
    make_deadline(world, owner=late.owner, kind="hearing", due_on=TODAY + timedelta(days=8))
    for officer, expected in [(world.inspector, 2), (world.leader, 2), (world.stranger, 0)]:
        client.force_login(officer)
        due = client.get(reverse("home")).context["due"]
        assert due.count == expected
    assert (due.overdue, due.soon) == (0, 0)


class TestDigest:
    @pytest.fixture(autouse=True)
    def a_late_one(self, calendar, world):
        self.late = a_period(world, due_on=TODAY + timedelta(days=-1), starts_on=date(2024, 8, 1))

    def send(self):
        call_command("send_digests", on=TODAY, verbosity=0)

    def test_one_for_each_person_concerned_and_never_a_second(self, world):
        self.send()
        self.send()
        assert [d.overdue for d in world.inspector.digests.all()] == [1]
        assert world.manager.digests.count() == 1 and not world.stranger.digests.exists()
        assert not world.second.digests.exists()  # it is not in their hands

    def test_twenty_lines_at_most(self, world):
        for number in range(25):
            make_deadline(
                world, owner=world_case(world, number), officer=world.inspector, due_on=TODAY + timedelta(days=2)
            )
        self.send()
        digest = world.inspector.digests.get()
        assert (digest.overdue, digest.due_soon, len(digest.lines)) == (1, 25, 20)

    def test_by_mail_where_configured_once(self, world, settings, mailoutbox):
        world.inspector.email = "inspector@example.org"
        world.inspector.save()
        self.send()
        assert not mailoutbox
        settings.SENDS_MAIL = True
        self.send()
        self.send()
        assert [mail.to for mail in mailoutbox] == [["inspector@example.org"]]
        assert str(self.late.about) in mailoutbox[0].body

    def test_it_is_shown_until_put_away_and_only_to_its_officer(self, world, client):
        self.send()
        digest = world.inspector.digests.get()
        client.force_login(world.inspector)
        assert client.get(reverse("home")).context["digest"] == digest
        assert client.get(digest.get_absolute_url()).status_code == 200
        client.force_login(world.manager)
        assert client.get(digest.get_absolute_url()).status_code == 404
        client.force_login(world.inspector)
        assert client.get(reverse("digest_read", args=[digest.pk])).status_code == 405
        client.post(reverse("digest_read", args=[digest.pk]))
        assert client.get(reverse("home")).context["digest"] is None


def world_case(world, number):
    from tests.factories import make_case

    return make_case(world, status="filed", number=f"案{number}")
