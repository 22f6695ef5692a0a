"""The dashboard is not made again while nothing that it shows has changed."""

import pytest
from django.urls import reverse
from django.utils import timezone

from entities.models import Officer, Unit
from reports.cells.refresh import refresh, refresh_all, state_of
from reports.cells.remembered import SUMMARIES
from reports.cells.version import version
from reports.models import Summary
from tests.factories import make_entity, make_inspection


@pytest.fixture
def leader(client, world):
    refresh(world.campaign)
    client.force_login(world.leader)
    client.get(reverse("entity_list"))
    return client


def test_an_unchanged_dashboard_is_answered_without_being_made(leader, world, django_assert_max_num_queries):
    first = leader.get(reverse("dashboard"))
    assert first.status_code == 200
    with django_assert_max_num_queries(14):
        assert leader.get(reverse("dashboard"), HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304


def test_whatever_is_written_is_a_new_dashboard(leader, world):
    first = leader.get(reverse("dashboard"))
    make_inspection(world)
    again = leader.get(reverse("dashboard"), HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 200
    assert again.context["board"].figure("inspections").number == 1


def test_while_something_waits_to_be_counted_there_is_no_version(world):
    assert version(world.campaign) is None
    refresh(world.campaign)
    before = version(world.campaign)
    make_inspection(world, entity=make_entity(world, 5))
    assert version(world.campaign) is None
    refresh_all()
    assert version(world.campaign) != before


def test_another_name_of_an_officer_is_another_version(world):
    refresh(world.campaign)
    before = version(world.campaign)
    officer = Officer.objects.get(username="inspector")
    officer.name = "Renamed"
    officer.save()
    assert version(world.campaign) != before


def test_what_is_committed_later_under_a_lower_number_is_another_version_too(world):
    refresh(world.campaign)
    unit, last = Unit.objects.first(), Unit.history.latest("history_id").history_id
    late, first_seen = [
        Unit.history.model(
            **{f.attname: getattr(unit, f.attname) for f in unit._meta.concrete_fields},
            history_id=last + nth, history_type="~", history_date=timezone.now(),
        )
        for nth in (1, 2)
    ]  # fmt: skip
    first_seen.save(force_insert=True)
    before = version(world.campaign)
    late.save(force_insert=True)
    assert version(world.campaign) != before


def test_a_summary_is_remembered_only_under_its_own_moment(world, monkeypatch):
    refresh(world.campaign)
    SUMMARIES.clear()
    once, before = SUMMARIES.once, Summary.objects.get().version

    def counted_again_meanwhile(key, answer):
        monkeypatch.setattr(SUMMARIES, "once", once)
        make_inspection(world)
        refresh_all()
        SUMMARIES.clear()
        return once(key, answer)

    monkeypatch.setattr(SUMMARIES, "once", counted_again_meanwhile)
    state = state_of(world.campaign)
    assert state.summary.version == Summary.objects.get().version != before
    assert all(key[1] == summary.version for key, summary in SUMMARIES._answers.items())
