"""Who is signed in, as each request asks it: what is asked together says what Django's own backend says piece by piece."""

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission

from entities.backend import OfficerBackend
from entities.models import Officer

pytestmark = pytest.mark.django_db


def again(officer):
    return OfficerBackend().get_user(officer.pk)


@pytest.mark.parametrize("username", ["inspector", "manager", "administrator"])
def test_rights_are_those_of_the_groups_and_ones_own(world, username):
    officer = world.officers[username]
    officer.user_permissions.add(Permission.objects.get(codename="view_session"))
    django = ModelBackend().get_all_permissions(Officer.objects.get(pk=officer.pk))
    assert again(officer).get_all_permissions() == django
    assert {"sessions.view_session", "inspections.view_hazard"} <= django


def test_a_superuser_has_every_right_and_a_closed_account_none(world):
    officer = world.inspector
    officer.is_superuser = True
    officer.save()
    assert len(again(officer).get_all_permissions()) == Permission.objects.count()
    officer.is_active = False
    assert OfficerBackend().get_all_permissions(officer) == set()
    officer.save()
    assert again(officer) is None


def test_nobody_is_found_by_the_number_of_a_removed_account(world):
    assert OfficerBackend().get_user(0) is None


def test_officer_unit_region_and_rights_are_two_queries(world, django_assert_num_queries):
    with django_assert_num_queries(2):
        officer = again(world.manager)
        assert officer.unit.region.name and officer.unit.parent
        assert officer.has_perm("inspections.view_hazard") and not officer.has_perm("sessions.view_session")


def test_a_right_that_is_taken_away_is_gone_with_the_next_request(world):
    officer, right = world.inspector, Permission.objects.get(codename="view_session")
    officer.user_permissions.add(right)
    assert again(officer).has_perm("sessions.view_session")
    officer.user_permissions.remove(right)
    assert not again(officer).has_perm("sessions.view_session")
    officer.groups.clear()
    assert again(officer).get_all_permissions() == set()
