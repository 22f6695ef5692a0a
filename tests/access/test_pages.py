"""Every page, every role, two counties, against the one table."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

from entities.roles import Role
from tests.access.city import HERE, THERE
from tests.access.table import PAGES


def names(resolver=None):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if not str(pattern.pattern).startswith(("admin/", "api/")):
                yield from names(pattern)
        else:
            yield pattern.name


def test_every_page_has_its_line():
    assert set(names()) == set(PAGES)


def address(line, name, city):
    args = list(line.args)
    if line.of:
        pk = city.things[line.of]
        args = [pk if arg == "{pk}" else arg for arg in args] if "{pk}" in args else [*args, pk]
    return reverse(name, args=args)


def opened(client, line, url) -> int:
    """What came of it: 200 for let in, else 401, 403 or 404. A form that is refused, or leads on, was let in."""
    answer = client.post(url, line.form) if line.post else client.get(url)
    if answer.status_code == 302 and answer.url.startswith(reverse("login")):
        return 401
    return answer.status_code if answer.status_code in (401, 403, 404) else 200


def expected(line, officer, county) -> set[int]:
    if line.rights and not any(officer.has_perm(right) for right in line.rights):
        # A thing that is not theirs to find may hide behind either answer.
        return {403, 404} if line.of and (county == THERE or line.own) else {403}
    if line.own:
        is_overseer = officer.role == Role.ADMINISTRATOR and county == HERE
        return set(line.overseen) if line.overseen and is_overseer else {404}
    if line.covering:
        return {403}
    return {404} if line.of and county == THERE and not line.everywhere else {200}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_opens_to_those_of_its_line_only(city, name):
    line = PAGES[name]
    url = address(line, name, city)
    wrong = []
    stranger = opened(Client(), line, url)
    if not line.opens and stranger != 401:
        wrong.append(("nobody", stranger))
    for (role, county), officer in city.people.items():
        got, wanted = opened(city.browser_of((role, county)), line, url), expected(line, officer, county)
        if not line.opens and got not in wanted:
            wrong.append((role, county, got, wanted))
    assert not wrong, f"{name}: {wrong}"


def test_every_role_is_in_both_counties(city):
    assert set(city.people) == {(role.value, county) for role in Role for county in (HERE, THERE)}
