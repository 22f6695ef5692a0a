"""Every admin view, every role, two counties: nobody without the right or outside the scope gets in, and nobody deletes."""

import pytest
from django.contrib import admin
from django.urls import reverse

from entities.roles import Role
from tests.access.city import HERE, THERE

# What the admin lists: records that lie in a county and are hidden from the other one …
OF_A_COUNTY = {
    "entities": ["entity", "grant", "officer", "unit"],
    "inspections": [
        "assignment", "case", "casestep", "certificate", "certificatechange", "coordinationevent", "deadline", "disposal",
        "duty", "evidence", "exposure", "handover", "hazard", "inspection", "interview", "interviewedentity", "jointteam",
        "lead", "letter", "listing", "listingcheck", "monitoringrun", "numberblock", "operation", "order", "outreachevent",
        "penalty", "publicity", "recall", "rectification", "samplingbatch", "samplingplan", "seizeditem", "seizure",
        "selfcheck", "suspension", "task", "training",
    ],
    "reports": ["bulletin", "filledform", "formbinding", "import", "job", "return", "roundreport", "superiorform"],
}  # fmt: skip
# … and what is the same for everybody: reference data, and what belongs to the whole campaign.
OF_ALL = {
    "django_tasks_database": ["dbtaskresult"],
    "entities": ["department", "region"],
    "inspections": [
        "campaign", "cause", "checklist", "checklistitem", "checklistversion", "deadlinerule", "holiday",
    ],
    "reports": ["chosenindicator", "ownindicator", "rankingrule", "round", "snapshot"],
}  # fmt: skip
LINES = [(app, name) for table in (OF_A_COUNTY, OF_ALL) for app, names in table.items() for name in names]


def test_every_model_of_the_admin_has_its_line():
    assert sorted(LINES) == sorted((m._meta.app_label, m._meta.model_name) for m in admin.site._registry)


def opened(client, url) -> bool:
    """Whether the view let the officer in; a record that does not exist leads back to the first page."""
    answer = client.get(url)
    assert answer.status_code in (200, 302, 403, 404)
    return answer.status_code == 200


@pytest.mark.parametrize(("app", "name"), LINES, ids=lambda part: part)
def test_an_admin_view_opens_to_those_with_the_right_in_their_scope(city, app, name):
    pk, wrong = city.things.get(name), []
    here = f"admin:{app}_{name}_"
    for (role, county), officer in city.people.items():
        client = city.browser_of((role, county))
        rights = {
            verb: officer.is_staff and officer.has_perm(f"{app}.{verb}_{name}") for verb in ("view", "add", "change")
        }
        may_read_history = officer.is_staff and officer.has_perm("inspections.read_history")
        listed = opened(client, reverse(f"{here}changelist"))
        if listed != rights["view"] or (opened(client, reverse(f"{here}add")) and not rights["add"]):
            wrong.append((role, county, "list or add"))
        if pk is None:
            continue
        is_hidden = county == THERE and name in OF_A_COUNTY.get(app, ())
        if opened(client, reverse(f"{here}change", args=[pk])) and (
            is_hidden or not (rights["view"] or rights["change"])
        ):
            wrong.append((role, county, "change"))
        if opened(client, reverse(f"{here}history", args=[pk])) and (is_hidden or not may_read_history):
            wrong.append((role, county, "history"))
        if opened(client, reverse(f"{here}delete", args=[pk])):
            wrong.append((role, county, "delete"))
    assert not wrong, f"{name}: {wrong}"


@pytest.mark.parametrize("name", [*OF_ALL["inspections"], *OF_ALL["entities"], "ownindicator", "rankingrule"])
def test_what_holds_in_the_whole_city_is_entered_by_who_sees_beyond_a_county(city, client, name):
    """An own indicator would count, and so find, what lies outside the county."""
    app = next(app for app, names in OF_ALL.items() if name in names)
    add = reverse(f"admin:{app}_{name}_add")
    assert city.browser_of(("administrator", HERE)).get(add).status_code == 403
    client.force_login(city.world.administrator)
    assert client.get(add).status_code == 200


def test_the_other_views_of_the_admin_are_its_own():
    """Beside the five of each model there are only those of the site itself."""
    named = {url.name for url in admin.site.urls[0] if getattr(url, "name", None)}
    assert named == {
        "index", "app_list", "login", "logout", "password_change", "password_change_done", "autocomplete", "jsi18n", "view_on_site",
    }  # fmt: skip


@pytest.mark.parametrize("role", [role for role in Role if role not in Role.with_admin()])
def test_the_admin_is_closed_to_roles_that_do_not_need_it(city, role):
    client = city.browser_of((role.value, THERE))
    for name in ("index", "jsi18n", "autocomplete"):
        assert client.get(reverse(f"admin:{name}"), follow=True).status_code == 403
