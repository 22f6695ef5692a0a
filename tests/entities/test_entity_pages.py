"""The register: searched, filtered, entered, corrected; and the officer's own page."""

from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entities.models import Entity
from tests.factories import make_entity
from tests.world import valid_credit_code

LIST, NEW, ME = reverse("entity_list"), reverse("entity_create"), reverse("me")


@pytest.fixture
def signed_in(client, world):
    client.force_login(world.inspector)
    client.cookies["django_language"] = "en"
    return client


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def entry(world, **changes):
    return {
        "name": "新开车行", "kind": "seller", "identity_kind": "uscc", "region": world.county.pk,
        "credit_code": valid_credit_code("92431102MA4L0009X0"), "address": "零陵区新路9号", "risk_level": "low",
    } | changes  # fmt: skip


def edit(entity):
    return reverse("entity_edit", args=[entity.pk])


def as_typed(entity, **changes):
    return {
        "name": entity.name, "kind": entity.kind, "identity_kind": entity.identity_kind,
        "credit_code": entity.credit_code, "region": entity.region_id, "address": entity.address,
        "risk_level": entity.risk_level, "phone": entity.phone, "version": entity.version,
    } | changes  # fmt: skip


@pytest.mark.parametrize("url", [LIST, NEW, ME, "/entities/1/edit/"])
def test_anonymous_is_sent_to_log_in(client, world, url):
    assert client.get(url).url.startswith(reverse("login"))


def names(response):
    return [entity.name for entity in response.context["listing"].page]


def test_the_list_shows_only_the_scope(signed_in, world):
    assert set(names(signed_in.get(LIST))) == {"零陵示例车行", "零陵示例维修部"}


@pytest.mark.parametrize("text", ["维修", "92431102MA4L0002", "示例路2号", "零陵 维修"])
def test_search_finds_by_part_of_name_code_or_address(signed_in, text):
    assert names(signed_in.get(LIST, {"q": text})) == ["零陵示例维修部"]


def test_search_finds_nothing_outside_the_scope(signed_in, world):
    response = signed_in.get(LIST, {"q": world.other_shop.name})
    assert names(response) == []
    assert reverse("entity_create") in response.content.decode()


def test_filters_narrow_and_count(signed_in, world):
    make_entity(world, 1, risk_level="high", kind="repair_shop")
    response = signed_in.get(LIST, {"kind": "repair_shop", "risk": "high", "region": "431102", "state": "open"})
    assert names(response) == ["零陵车行1"]
    assert response.context["listing"].count.number == 1


def test_a_region_outside_the_scope_is_no_filter(signed_in, world):
    response = signed_in.get(LIST, {"region": "431103"})
    assert "region" in response.context["form"].errors
    assert names(response) == []


def test_risk_sorts_by_danger_and_not_by_the_alphabet(signed_in, world):
    for number, risk in enumerate(["medium", "high"]):
        make_entity(world, number, risk_level=risk)
    assert names(signed_in.get(LIST, {"sort": "-risk"}))[:2] == ["零陵车行1", "零陵车行0"]


def test_an_unknown_sort_or_page_shows_the_list(signed_in):
    assert signed_in.get(LIST, {"sort": "password", "page": "x"}).status_code == 200


def test_fifty_rows_take_as_many_queries_as_one(signed_in, world):
    few = queries_of(signed_in, f"{LIST}?kind=repair_shop")
    for number in range(49):
        make_entity(world, number, kind="repair_shop")
    assert queries_of(signed_in, f"{LIST}?kind=repair_shop") == few


def test_pages_have_fifty_rows_and_keep_the_filter(signed_in, world):
    for number in range(51):
        make_entity(world, number)
    first = signed_in.get(LIST, {"q": "车行"})
    assert len(names(first)) == 50
    after = first.context["listing"].page.next
    assert f"{LIST}?{urlencode({'q': '车行', 'after': after})}".removeprefix(LIST) in unescape(first.content.decode())
    second = signed_in.get(LIST, {"q": "车行", "after": after})
    assert len(names(second)) == 2 and not set(names(second)) & set(names(first))
    assert names(signed_in.get(LIST, {"q": "车行", "before": second.context["listing"].page.previous})) == names(first)


def test_beyond_ten_thousand_the_exact_number_is_a_link_away(signed_in, world, monkeypatch):
    monkeypatch.setattr("entities.paging.MOST_COUNTED", 2)
    for number in range(3):
        make_entity(world, number)
    page = signed_in.get(LIST).content.decode()
    assert "more than 2" in page and "?count=exact" in page
    exact = signed_in.get(LIST, {"count": "exact"})
    assert exact.context["listing"].count.is_exact
    assert (
        exact.context["listing"].query_that_counts == "" and "count=" not in exact.context["listing"].query_without_page
    )
    assert exact.context["listing"].count.number == Entity.objects.visible_to(world.inspector).count() > 2


def test_an_entity_is_entered(signed_in, world):
    response = signed_in.post(NEW, entry(world, further_kinds=["repair_shop"], goods=["ebike", "battery"]))
    entity = Entity.objects.get(name="新开车行")
    assert response.url == entity.get_absolute_url()
    assert (entity.unit, entity.created_by) == (world.inspector.unit, world.inspector)
    assert (entity.further_kinds, entity.goods) == (["repair_shop"], ["ebike", "battery"])


def refused(signed_in, url, data, field):
    before = Entity.objects.count()
    response = signed_in.post(url, data)
    assert response.status_code == 422
    assert Entity.objects.count() == before
    assert data["name"] in response.content.decode()
    assert list(response.context["form"].errors) == [field]
    return response.context["form"].errors[field][0]


def test_a_wrong_character_of_the_credit_code_is_said_at_the_field(signed_in, world):
    code = valid_credit_code("92431102MA4L0009X0")
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert "check character" in refused(signed_in, NEW, entry(world, credit_code=wrong), "credit_code")


def test_a_missing_credit_code_is_said_at_its_field(signed_in, world):
    assert "Enter the number" in refused(signed_in, NEW, entry(world, credit_code=""), "credit_code")


def test_the_same_code_at_the_same_address_is_a_duplicate(signed_in, world):
    twice = entry(world, credit_code=world.shop.credit_code, address=world.shop.address)
    assert "already in the register" in refused(signed_in, NEW, twice, "credit_code")


def test_a_region_outside_the_scope_can_not_be_entered(signed_in, world):
    assert "outside your scope" in refused(signed_in, NEW, entry(world, region="431103"), "region")


def test_an_officer_outside_the_scope_is_not_responsible(signed_in, world):
    data = entry(world, responsible_officer=world.stranger.pk)
    assert "outside your scope" in refused(signed_in, NEW, data, "responsible_officer")


def test_an_identity_card_is_kept_encrypted_and_shown_masked(signed_in, world):
    number = "110101199003070732"
    data = entry(world, credit_code="", identity_kind="identity_card", identity_card=number)
    response = signed_in.post(NEW, data, follow=True)
    entity = Entity.objects.get(name="新开车行")
    assert number not in entity.identity_cipher
    assert number not in response.content.decode()
    assert "110101********0732" in response.content.decode()
    page = signed_in.get(edit(entity)).content.decode()
    assert number not in page
    # Left empty, it stays; another kind of identity takes it away.
    signed_in.post(edit(entity), as_typed(entity, phone="0746-1"))
    entity.refresh_from_db()
    assert entity.masked_identity_card == "110101********0732"
    signed_in.post(edit(entity), as_typed(entity, identity_kind="convenience_trade"))
    entity.refresh_from_db()
    assert entity.identity_cipher == ""


def test_a_wrong_identity_card_is_said_at_the_field(signed_in, world):
    data = entry(world, credit_code="", identity_kind="identity_card", identity_card="110101199003070731")
    assert "not valid" in refused(signed_in, NEW, data, "identity_card")


def test_an_entity_is_corrected_with_its_history(signed_in, world):
    signed_in.post(edit(world.shop), as_typed(world.shop, phone="0746-7654321"))
    world.shop.refresh_from_db()
    assert world.shop.phone == "0746-7654321"
    assert world.shop.history.first().history_user == world.inspector


def test_a_stale_form_keeps_what_was_typed_and_saves_over_after_review(signed_in, world):
    opened = as_typed(world.shop, phone="0746-2222222")
    theirs = Entity.objects.get(pk=world.shop.pk)
    theirs.contact = "王师傅"
    theirs.store(by=world.second)
    response = signed_in.post(edit(world.shop), opened)
    page = response.content.decode()
    assert response.status_code == 409
    assert "0746-2222222" in page
    assert "王师傅" in page
    assert "Second" in page
    world.shop.refresh_from_db()
    assert world.shop.phone == "0746-0000000"
    again = opened | {"version": response.context["form"]["version"].value(), "contact": "王师傅"}
    assert signed_in.post(edit(world.shop), again).status_code == 302
    world.shop.refresh_from_db()
    assert (world.shop.phone, world.shop.contact) == ("0746-2222222", "王师傅")


def test_a_form_without_its_version_writes_nothing(signed_in, world):
    assert signed_in.post(edit(world.shop), as_typed(world.shop, version="", name="改名")).status_code == 422
    world.shop.refresh_from_db()
    assert world.shop.name == "零陵示例车行"


def test_other_counties_get_404(signed_in, world):
    assert signed_in.get(edit(world.other_shop)).status_code == 404
    assert signed_in.post(edit(world.other_shop), as_typed(world.other_shop)).status_code == 404


def test_without_the_right_403(client, world):
    client.force_login(world.leader)
    assert client.get(edit(world.shop)).status_code == 403
    assert client.get(NEW).status_code == 403
    assert client.get(LIST).status_code == 200


def test_my_page_shows_unit_role_and_scope(signed_in, world):
    page = signed_in.get(ME).content.decode()
    for words in ("Inspector", "零陵区局", "LL-001", "零陵区", reverse("password_change"), reverse("logout")):
        assert words in page
