"""Officers: a post gives rights and scope, the next post takes them away; the table of roles."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.utils import translation

from entities.models import Entity, Grant, Officer, Unit
from entities.roles import RIGHTS, Role, load_roles
from inspections.models import Inspection
from tests.factories import make_inspection
from tests.world import TODAY


def again(officer):
    return Officer.objects.get(pk=officer.pk)


def unit(code):
    return Unit.objects.get(code=code)


def test_every_right_of_the_table_exists():
    named = {right for rights in RIGHTS.values() for right in rights}
    assert {right.split(".")[0] for right in named} == {"entities", "inspections", "reports"}
    assert set(RIGHTS) == set(Role)


def test_the_groups_hold_exactly_the_rights_of_the_table(world):
    known = {f"{app}.{name}" for app, name in Permission.objects.values_list("content_type__app_label", "codename")}
    for role, rights in RIGHTS.items():
        assert set(rights) <= known, set(rights) - known
        group = Group.objects.get(name=role.group_name)
        held = group.permissions.values_list("content_type__app_label", "codename")
        assert {f"{app}.{name}" for app, name in held} == set(rights)


def test_loading_the_roles_again_takes_back_what_was_added_by_hand(world):
    group = Group.objects.get(name=Role.LEADER.group_name)
    group.permissions.add(Permission.objects.get(codename="void_inspection"))
    load_roles()
    assert not group.permissions.filter(codename="void_inspection").exists()
    assert Group.objects.count() == len(Role)


@pytest.mark.parametrize("role", Role)
def test_no_role_may_delete_a_record(role):
    assert not [right for right in RIGHTS[role] if ".delete_" in right]


# officer: may log inspections, judge general, judge grave, void, decide cases, read history, enter officers, export
MAY = {
    "inspector": (1, 1, 0, 0, 0, 0, 0, 0),
    "manager": (1, 1, 1, 1, 1, 0, 0, 1),
    "clerk": (0, 0, 0, 0, 1, 0, 0, 1),
    "leader": (0, 0, 0, 0, 0, 0, 0, 1),
    "discipline": (0, 0, 0, 0, 0, 1, 0, 1),
    "administrator": (1, 1, 1, 1, 1, 1, 1, 1),
}


@pytest.mark.parametrize("who", MAY)
def test_who_may_do_what(world, who):
    rights = [
        "inspections.add_inspection", "inspections.review_rectification", "inspections.review_grave_rectification",
        "inspections.void_inspection", "inspections.decide_case", "inspections.read_history", "entities.add_officer",
        "inspections.export_scope",
    ]  # fmt: skip
    assert tuple(int(getattr(world, who).has_perm(right)) for right in rights) == MAY[who]


@pytest.mark.parametrize(
    ("role", "staff"),
    [("inspector", False), ("manager", True), ("clerk", True), ("leader", False), ("discipline", True),
     ("administrator", True)],
)  # fmt: skip
def test_a_post_gives_group_scope_and_entry_to_the_admin(world, role, staff):
    officer = Officer(username="new", name="新人")
    officer.set_password("a-long-test-password")
    officer.appoint(role=role, unit=unit("lingling"), on=TODAY)
    officer = again(officer)
    assert [group.name for group in officer.groups.all()] == [Role(role).group_name]
    assert officer.is_staff is staff and not officer.is_superuser
    grant = officer.grants.get()
    assert (grant.kind, grant.region_id, grant.department_id, grant.starts_on) == ("post", "431102", None, TODAY)


def test_a_partners_post_gives_only_their_departments_share(world):
    assert world.firefighter.grants.get().department_id == "fire"


def test_the_next_post_ends_the_last_one_the_day_before(world):
    elsewhere = make_inspection(world, by=world.stranger, entity=world.other_shop)
    officer = world.manager
    officer.appoint(role="leader", unit=unit("city"), on=TODAY)
    old, new = officer.grants.order_by("starts_on")
    assert (old.ends_on, new.starts_on, new.region_id) == (TODAY - timedelta(days=1), TODAY, "4311")
    officer = again(officer)
    assert not officer.has_perm("inspections.void_inspection") and not officer.is_staff
    assert elsewhere in Inspection.objects.visible_to(officer, on=TODAY)
    assert elsewhere not in Inspection.objects.visible_to(officer, on=TODAY - timedelta(days=1))


def test_a_post_corrected_on_its_first_day_leaves_no_trace_of_scope(world):
    officer = world.inspector
    officer.appoint(role="inspector", unit=unit("city"), on=TODAY)
    officer.appoint(role="inspector", unit=unit("lengshuitan"), on=TODAY)
    assert [grant.region_id for grant in officer.grants_in_force(TODAY)] == ["431103"]


def test_what_was_lent_stays_through_a_change_of_post(world):
    Grant.objects.create(officer=world.inspector, region=world.other_county, starts_on=date(2024, 1, 1))
    world.inspector.appoint(role="inspector", unit=unit("city"), on=TODAY)
    assert {grant.kind for grant in world.inspector.grants_in_force(TODAY)} == {"post", "lent"}


def test_the_officer_object_forgets_its_old_scope(world):
    officer = again(world.inspector)
    assert world.other_shop not in Entity.objects.visible_to(officer)
    officer.appoint(role="inspector", unit=unit("lengshuitan"), on=TODAY)
    assert world.other_shop in Entity.objects.visible_to(officer, on=TODAY)


def test_two_officers_do_not_share_a_certificate_number(world):
    world.trainee.certificate_number = "LL-001"
    with translation.override("en"), pytest.raises(ValidationError, match="Another officer has this certificate"):
        world.trainee.appoint(role="inspector", unit=unit("lingling"))


def test_only_officers_with_a_certificate_count(world):
    assert world.inspector.is_certified and not world.trainee.is_certified
    certified = Officer.objects.certified()
    assert world.inspector in certified and world.trainee not in certified


def test_disabled_officers_are_not_active(world):
    world.second.is_active = False
    world.second.save()
    assert world.second not in Officer.objects.active() and world.inspector in Officer.objects.active()


def test_officers_are_seen_in_their_region_and_see_themselves(world):
    visible = Officer.objects.visible_to(world.inspector)
    assert world.manager in visible and world.inspector in visible and world.stranger not in visible
    assert set(Officer.objects.visible_to(world.leader)) == set(Officer.objects.all())


def test_the_history_of_an_officer_keeps_no_password(world):
    fields = {field.name for field in Officer.history.model._meta.fields}
    assert "password" not in fields and "last_login" not in fields and {"role", "unit", "is_active"} <= fields
