"""The admin of officers and entities: appointment, passwords, disabling, identity cards."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from entities.models import Entity, Grant, Officer, Unit
from tests.admin_pages import errors, line, save, url
from tests.factories import make_entity
from tests.world import PASSWORD, TODAY, valid_credit_code

NEW = {
    "username": "newcomer", "password1": "a-first-password-9", "password2": "a-first-password-9", "name": "新人",
    "role": "inspector", "certificate_number": "LL-900",
}  # fmt: skip


def unit(code):
    return Unit.objects.get(code=code)


@pytest.fixture
def administrator(client, world):
    client.force_login(world.administrator)
    return world.administrator


@pytest.fixture
def chief(world):
    """A superuser beside the administrators."""
    chief = Officer(username="chief", name="Chief", is_superuser=True)
    chief.set_password(PASSWORD)
    chief.appoint(role="administrator", unit=unit("city"), on=TODAY)
    return chief


def test_a_new_officer_is_appointed_and_can_sign_in(client, world, administrator):
    answer = save(client, Officer, **NEW, unit=str(unit("lingling").pk))
    assert answer.status_code == 302, errors(answer)
    officer = Officer.objects.get(username="newcomer")
    assert officer.has_perm("inspections.add_inspection") and not officer.is_staff
    assert [grant.region_id for grant in officer.grants_in_force(TODAY)] == ["431102"]
    assert officer.history.first().history_user == administrator
    client.logout()
    assert client.post(reverse("login"), {"username": "newcomer", "password": NEW["password1"]}).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"unit": ""}, "unit"),
        ({"certificate_number": "LL-001"}, "__all__"),
        ({"password2": "another-password-9"}, "password2"),
        ({"username": "INSPECTOR"}, "username"),
        ({"name": ""}, "name"),
    ],
)
def test_a_wrong_entry_is_named_and_nobody_is_appointed(client, world, administrator, wrong, field):
    answer = save(client, Officer, **{**NEW, "unit": str(unit("lingling").pk), **wrong})
    assert answer.status_code == 200 and field in errors(answer)
    assert not Officer.objects.filter(name="新人").exists()


def test_another_post_is_an_appointment(client, world, administrator):
    answer = save(client, Officer, world.manager.pk, role="leader", unit=str(unit("city").pk))
    assert answer.status_code == 302, errors(answer)
    officer = Officer.objects.get(pk=world.manager.pk)
    assert not officer.is_staff and not officer.has_perm("inspections.void_inspection")
    assert [grant.region_id for grant in officer.grants_in_force(TODAY)] == ["4311"]
    assert {grant.ends_on for grant in officer.grants.filter(region="431102")} == {TODAY - timedelta(days=1)}


def test_another_phone_is_not(client, world, administrator):
    answer = save(client, Officer, world.second.pk, phone="0746-1111111")
    assert answer.status_code == 302, errors(answer)
    world.second.refresh_from_db()
    assert world.second.phone == "0746-1111111" and world.second.grants.count() == 1


def test_officers_are_closed_on_their_own_page_and_opened_again_here(client, world, administrator):
    assert client.get(reverse("admin:entities_officer_delete", args=[world.second.pk])).status_code == 403
    save(client, Officer, world.second.pk, is_active="")
    assert Officer.objects.get(pk=world.second.pk).is_active
    world.second.disable()
    assert not Entity.objects.visible_to(world.second).exists()
    answer = save(client, Officer, world.second.pk, is_active="on")
    assert answer.status_code == 302, errors(answer)
    assert Officer.objects.get(pk=world.second.pk).is_active


def test_the_last_administrator_stays(client, world, administrator):
    answer = save(client, Officer, administrator.pk, role="leader")
    assert answer.status_code == 200 and errors(answer)["__all__"]
    administrator.refresh_from_db()
    assert administrator.is_active and administrator.role == "administrator"


def test_the_last_administrator_stays_by_any_way(world):
    with translation.override("en"), pytest.raises(ValidationError, match="last administrator"):
        world.administrator.appoint(role="leader", unit=unit("city"))


def test_one_of_two_administrators_can_go(world):
    world.manager.appoint(role="administrator", unit=unit("city"), on=TODAY)
    world.manager.disable()
    with pytest.raises(ValidationError):
        world.administrator.disable()


def test_an_administrator_of_a_county_is_none_for_the_city(world):
    world.manager.appoint(role="administrator", unit=unit("lingling"), on=TODAY)
    with pytest.raises(ValidationError):
        world.administrator.disable()
    Officer.objects.get(pk=world.manager.pk).disable()


def test_a_password_is_set_on_its_own_page(client, world, administrator):
    page = reverse("admin:auth_user_password_change", args=[world.second.pk])
    new = "another-password-9"
    assert client.get(page).status_code == 200
    assert client.post(page, {"password1": new, "password2": new}).status_code == 302
    world.second.refresh_from_db()
    assert world.second.check_password(new)


def test_an_administrator_cannot_make_a_superuser(client, world, administrator):
    save(client, Officer, world.second.pk, is_superuser="on", is_staff="on", name="改名")
    world.second.refresh_from_db()
    assert world.second.name == "改名" and not world.second.is_superuser and not world.second.is_staff


def test_a_superuser_can(client, world, chief):
    client.force_login(chief)
    answer = save(client, Officer, world.second.pk, is_superuser="on")
    assert answer.status_code == 302, errors(answer)
    world.second.refresh_from_db()
    assert world.second.is_superuser


def test_an_administrator_does_not_take_over_a_superusers_account(client, world, administrator, chief):
    page = reverse("admin:auth_user_password_change", args=[chief.pk])
    assert client.get(page).status_code == 403
    assert client.post(page, {"password1": "taken-over-99", "password2": "taken-over-99"}).status_code == 403
    assert client.post(url(Officer, "change", chief.pk), {"is_active": ""}).status_code == 403
    chief.refresh_from_db()
    assert chief.check_password(PASSWORD) and chief.is_active


def test_a_county_administrator_has_only_the_countys_officers_and_units(client, world):
    world.stranger.appoint(role="administrator", unit=world.stranger.unit, on=TODAY)
    client.force_login(world.stranger)
    assert client.get(url(Officer, "change", world.second.pk)).status_code in (302, 404)
    page = reverse("admin:auth_user_password_change", args=[world.second.pk])
    assert client.get(page).status_code in (403, 404)
    answer = save(client, Officer, **NEW, unit=str(unit("city").pk))
    assert answer.status_code == 200 and "unit" in errors(answer)


def test_scope_is_lent_on_the_officers_page_and_ended_on_its_own(client, world, administrator):
    lent = line("grants", 1, 2, initial=1, region="431103", starts_on="2024-09-02", ends_on="2024-09-30")
    answer = save(client, Officer, world.second.pk, **lent)
    assert answer.status_code == 302, errors(answer)
    grant = world.second.grants.get(kind="lent")
    assert grant.region_id == "431103" and grant.history.get().history_user == administrator
    answer = save(client, Grant, grant.pk, ends_on="2024-09-10")
    assert answer.status_code == 302, errors(answer)
    grant.refresh_from_db()
    assert grant.ends_on.day == 10


def test_the_grant_of_a_post_follows_the_appointment(client, world, administrator):
    grant = world.second.grants.get()
    assert client.post(url(Grant, "change", grant.pk), {"region": "4311"}).status_code == 403


def test_an_identity_card_is_typed_in_full_and_shown_masked(client, world, administrator):
    answer = save(
        client, Entity, name="无照修理点", kind="repair_shop", region="431102", address="零陵区示例路9号",
        identity_kind="identity_card", identity_card="11010519491231002x",
    )  # fmt: skip
    assert answer.status_code == 302, errors(answer)
    entity = Entity.objects.get(name="无照修理点")
    html = client.get(url(Entity, "change", entity.pk)).content.decode()
    assert "110105********002X" in html and "11010519491231002" not in html
    answer = save(client, Entity, entity.pk, contact="张三")  # left empty, the card stays
    assert answer.status_code == 302, errors(answer)
    entity.refresh_from_db()
    assert entity.masked_identity_card == "110105********002X" and entity.contact == "张三"


def test_the_history_shows_what_changed_and_keeps_the_card_to_itself(client, world, administrator):
    world.shop.set_identity_card("11010519491231002X")
    world.shop.contact = "张三"
    world.shop.store(by=world.manager)
    html = client.get(url(Entity, "history", world.shop.pk)).content.decode()
    assert "张三" in html and world.shop.identity_hash not in html and world.shop.identity_cipher not in html


def test_a_wrong_identity_card_is_named_at_its_field(client, world, administrator):
    answer = save(
        client, Entity, name="无照修理点", kind="repair_shop", region="431102", address="零陵区示例路9号",
        identity_kind="identity_card", identity_card="110105194912310021",
    )  # fmt: skip
    assert answer.status_code == 200 and "identity_card" in errors(answer)
    assert not Entity.objects.filter(name="无照修理点").exists()


def test_kinds_and_goods_are_ticked(client, world):
    client.force_login(world.clerk)
    answer = save(client, Entity, world.shop.pk, further_kinds=["repair_shop"], goods=["ebike", "battery"])
    assert answer.status_code == 302, errors(answer)
    world.shop.refresh_from_db()
    assert (world.shop.further_kinds, world.shop.goods) == (["repair_shop"], ["ebike", "battery"])


def test_the_same_licence_at_the_same_address_is_refused(client, world):
    client.force_login(world.clerk)
    answer = save(
        client, Entity, name="另一家", kind="seller", region="431102", address=world.shop.address,
        credit_code=world.shop.credit_code,
    )  # fmt: skip
    assert answer.status_code == 200 and errors(answer)["__all__"]


def test_an_entity_is_entered_in_the_own_region_only(client, world):
    client.force_login(world.clerk)
    values = {
        "name": "新店",
        "kind": "seller",
        "address": "某路1号",
        "credit_code": valid_credit_code("92431102MA4L7777X9"),
    }
    answer = save(client, Entity, **values, region="431103")
    assert answer.status_code == 200 and "region" in errors(answer)
    answer = save(client, Entity, **values, region="431102")
    assert answer.status_code == 302, errors(answer)
    assert Entity.objects.get(name="新店").unit == world.clerk.unit


def test_a_duplicate_is_only_seen(client, world):
    duplicate = make_entity(world)
    duplicate.merge_into(world.shop, by=world.clerk)
    client.force_login(world.clerk)
    assert client.post(url(Entity, "change", duplicate.pk), {}).status_code == 403


@pytest.mark.parametrize(
    ("region", "operation_key", "is_lent"), [("431102", "", True), ("431102", "night-raid", False), ("4311", "", False)]
)
def test_nobody_lends_more_than_they_have(client, world, region, operation_key, is_lent):
    chief_of_county = world.manager
    chief_of_county.appoint(role="administrator", unit=unit("lingling"), on=TODAY)
    client.force_login(chief_of_county)
    lent = {"officer": str(chief_of_county.pk), "kind": "lent", "region": region, "starts_on": "2024-09-02"}
    answer = client.post(reverse("admin:entities_grant_add"), lent | {"operation_key": operation_key})
    assert (answer.status_code == 302) == is_lent
    assert chief_of_county.grants.filter(kind="lent").exists() == is_lent


def test_who_was_lent_an_operation_lends_it_on(world):
    world.manager.grants.create(kind="lent", region_id="431102", operation_key="night-raid", starts_on=TODAY)
    officer = Officer.objects.get(pk=world.manager.pk)
    assert Grant(region_id="431102", operation_key="night-raid").is_within(officer)
    assert not Grant(region_id="431102", operation_key="another").is_within(officer)


def test_a_department_lends_its_own_share_only(world):
    assert Grant(region_id="431102", department_id="fire").is_within(world.firefighter)
    assert not Grant(region_id="431102", department_id="market").is_within(world.firefighter)
    assert not Grant(region_id="431102").is_within(world.firefighter)
