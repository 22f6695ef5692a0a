"""The dashboard is not made again while nothing that it shows has changed."""

import pytest
from django.urls import reverse

from entities.models import Officer
from reports.cells.refresh import refresh, refresh_all
from reports.cells.version import version
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
