"""Nobody gets more than they have by setting the password of somebody else, and somebody always administers the city."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from entities.models import Officer, Unit
from entities.roles import Role
from tests.world import PASSWORD

LINGLING = date(2024, 1, 1)


@pytest.fixture
def county_administrator(world):
    officer = Officer(username="county-administrator", name="County")
    officer.set_password(PASSWORD)
    officer.appoint(role=Role.ADMINISTRATOR, unit=Unit.objects.get(code="lingling"), on=LINGLING)
    return officer


def password_page(officer):
    return reverse("admin:auth_user_password_change", args=[officer.pk])


def test_a_county_administrator_sets_passwords_in_the_county(client, world, county_administrator):
    client.force_login(county_administrator)
    assert client.get(password_page(world.inspector)).status_code == 200


def test_not_of_a_colleague_to_whom_more_was_lent(client, world, county_administrator):
    world.inspector.grants.create(region_id="4311", operation_key="joint-2024", starts_on=LINGLING)
    client.force_login(county_administrator)
    assert client.get(password_page(world.inspector)).status_code == 403
    client.force_login(world.administrator)
    assert client.get(password_page(world.inspector)).status_code == 200


def test_the_last_administrator_of_the_city_is_not_moved_to_a_county(world, county_administrator):
    with pytest.raises(ValidationError, match="administrator|管理员"):
        world.administrator.appoint(role=Role.ADMINISTRATOR, unit=Unit.objects.get(code="lingling"))
    assert Officer.objects.get(username="administrator").sees_beyond_a_county()


def test_with_another_one_they_may_be_moved(world):
    Officer.objects.create_superuser("chief", password=None, name="Chief")
    world.administrator.appoint(role=Role.ADMINISTRATOR, unit=Unit.objects.get(code="lingling"))
    assert not Officer.objects.get(username="administrator").sees_beyond_a_county()
