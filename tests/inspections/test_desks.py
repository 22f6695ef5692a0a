"""Every desk there is: its pages open for whom the role allows, and for nobody else."""

import pytest
from django.urls import reverse

from inspections.desk import declare
from tests.factories import MAKERS
from tests.world import TODAY

DESKS = dict(declare._DESKS)
WITH_FORM = [name for name, desk in DESKS.items() if desk.form]
ROLES = ["inspector", "manager", "clerk", "leader", "discipline", "administrator"]


def pages_of(desk, record):
    """The page of each deed, and of the form."""
    pages = [reverse("desk_deed", args=[desk.name, record.pk, deed.name]) for deed in desk.deeds]
    return pages + ([reverse("desk_change", args=[desk.name, record.pk])] if desk.form else [])


def test_every_desk_belongs_to_a_kind_of_record_that_tests_can_make():
    assert set(DESKS) <= set(MAKERS)


@pytest.mark.parametrize("name", WITH_FORM)
def test_a_new_record_is_asked_for_by_those_who_may(client, world, name):
    desk, url = DESKS[name], reverse("desk_new", args=[name])
    assert client.get(url).status_code == 302
    for role in ROLES:
        officer = getattr(world, role)
        client.force_login(officer)
        assert client.get(url).status_code == (200 if desk.may_add(officer) else 403), role


@pytest.mark.parametrize("name", WITH_FORM)
def test_an_empty_form_is_refused_in_words_and_writes_nothing(client, world, name):
    client.force_login(world.administrator)
    before = DESKS[name].model.objects.count()
    answer = client.post(reverse("desk_new", args=[name]), {"reason": ""})
    assert answer.status_code == 422 and answer.context["form"].errors
    assert DESKS[name].model.objects.count() == before


@pytest.mark.parametrize("name", DESKS)
def test_another_county_gets_404_at_every_page(client, world, name):
    record = MAKERS[name](world)
    world.stranger.appoint(role="administrator", unit=world.stranger.unit, on=TODAY)
    client.force_login(world.stranger)
    for page in [record.get_absolute_url(), *pages_of(DESKS[name], record)]:
        assert client.get(page).status_code == 404, page


@pytest.mark.parametrize("name", DESKS)
def test_every_page_of_a_record_opens_or_says_why_not(client, world, name):
    desk, record = DESKS[name], MAKERS[name](world)
    for role in ROLES:
        officer = getattr(world, role)
        client.force_login(officer)
        assert client.get(record.get_absolute_url(), follow=True).status_code == 200
        for deed in desk.deeds:
            page = reverse("desk_deed", args=[name, record.pk, deed.name])
            possible = 200 if deed.is_possible(record) else 302
            assert client.get(page).status_code == (possible if officer.has_perm(desk.right_for(deed)) else 403), page
        if desk.form:
            page = reverse("desk_change", args=[name, record.pk])
            possible = 200 if desk.changeable(record) else 302
            assert client.get(page).status_code == (possible if officer.has_perm(desk.right("change")) else 403), page
