"""The pages of seizures: entered with their things, each piece released or confiscated until none is left."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.urls import reverse

from inspections.models import Disposal, Evidence, SeizedItem, Seizure
from inspections.reference import load_deadlines
from tests.factories import make_case, make_inspection, make_number_block, make_photo, make_seized_item, make_seizure
from tests.world import TODAY

NEW = reverse("desk_new", args=["seizure"])
SHEET = {
    "department": "market", "seized_on": "2024-09-02", "reason": "非法改装", "place_kept": "示例仓库",
    "item1_kind": "vehicle", "item1_description": "两轮", "item1_quantity": "2", "item3_kind": "battery",
    "item3_quantity": "5",
}  # fmt: skip


def page(client, officer, url, data=None):
    client.force_login(officer)
    return client.get(url) if data is None else client.post(url, data)


def deed(item, name):
    return reverse("desk_deed", args=["seizeditem", item.pk, name])


def seen(item, **entries):
    return {"on": "2024-09-02", "version": item.version, "quantity": "1"} | entries


def test_a_seizure_is_entered_with_its_things(client, world):
    make_number_block(world, series="seizure", pattern="扣{number}")
    visit = make_inspection(world)
    answer = page(client, world.inspector, f"{NEW}?inspection={visit.pk}", SHEET | {"files": make_photo()})
    seizure = Seizure.objects.get()
    assert answer.status_code == 302 and answer.url == seizure.get_absolute_url()
    assert (seizure.inspection, seizure.entity, seizure.number, seizure.region) == (
        visit,
        world.shop,
        "扣1",
        world.county,
    )
    assert list(seizure.items.order_by("pk").values_list("kind", "quantity")) == [("vehicle", 2), ("battery", 5)]
    assert Evidence.objects.get().owner == seizure


def test_a_seizure_from_the_person_of_a_case(client, world):
    case = make_case(world, person_name="张三", region=world.county)
    url = f"{NEW}?case={case.pk}"
    assert page(client, world.inspector, url).context["form"].initial["person_name"] == "张三"
    assert page(client, world.inspector, url, SHEET | {"person_name": "张三"}).status_code == 302
    assert Seizure.objects.get().case == case


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"item1_kind": "", "item1_quantity": "", "item1_description": "", "item3_kind": "", "item3_quantity": ""}, "item1_kind"),
        ({"item3_quantity": ""}, "item3_quantity"), ({"item1_quantity": "0"}, "item1_quantity"), ({"reason": ""}, "reason"),
        ({"seized_on": "2024-09-03"}, "seized_on"), ({"person_name": "张三"}, "entity"),
    ],
)  # fmt: skip
def test_what_is_refused_stays_typed_and_nothing_is_written(client, world, wrong, field):
    refused = page(client, world.inspector, f"{NEW}?entity={world.shop.pk}",
                   SHEET | {"entity": world.shop.name, "region": "431102"} | wrong)  # fmt: skip
    assert refused.status_code == 422 and field in refused.context["form"].errors
    assert "示例仓库" in refused.content.decode()
    assert not Seizure.objects.exists() and not SeizedItem.objects.exists()


def test_the_place_of_the_things_may_change_but_not_from_whom_they_came(client, world):
    seizure = make_seizure(world)
    url = reverse("desk_change", args=["seizure", seizure.pk])
    form = page(client, world.inspector, url).context["form"]
    assert not {"entity", "seized_on", "item1_kind"} & set(form.fields)
    sheet = {"reason": "非法改装", "place_kept": "二号仓库", "version": seizure.version}
    assert page(client, world.inspector, url, sheet).status_code == 302
    seizure.refresh_from_db()
    assert seizure.place_kept == "二号仓库"


def test_pieces_are_released_and_confiscated_and_the_rows_add_up(client, world):
    item = make_seized_item(world)
    answer = page(client, world.manager, deed(item, "release"), seen(item, quantity="2", files=make_photo()))
    assert answer.url == item.seizure.get_absolute_url()
    item.refresh_from_db()
    page(client, world.manager, deed(item, "confiscate"), seen(item, quantity="3", number="没1号"))
    item.refresh_from_db()
    assert (item.released, item.confiscated, item.kept) == (2, 3, 0)
    sums = dict(item.disposals.order_by().values_list("kind").annotate(sum=Sum("quantity")))
    assert sums == {"released": 2, "confiscated": 3}
    assert Evidence.objects.get().owner == item.seizure
    assert page(client, world.manager, deed(item, "release")).status_code == 302  # nothing is kept any more


def test_more_than_was_seized_is_refused_beside_the_number(client, world):
    item = make_seized_item(world)
    refused = page(client, world.manager, deed(item, "release"), seen(item, quantity="6", note="我写的"))
    assert refused.status_code == 422 and refused.context["form"].errors["quantity"]
    assert "我写的" in refused.content.decode()
    early = page(client, world.manager, deed(item, "release"), seen(item, on="2024-09-01"))
    assert early.status_code == 422 and early.context["form"].errors["on"]
    item.refresh_from_db()
    assert (item.released, item.version) == (0, 1) and not Disposal.objects.exists()


def test_others_may_not_and_strangers_find_nothing(client, world):
    item = make_seized_item(world)
    assert page(client, world.leader, deed(item, "release")).status_code == 403
    assert page(client, world.stranger, deed(item, "release")).status_code == 404
    assert page(client, world.leader, NEW).status_code == 403


def test_a_disposal_before_the_seizure_is_refused_with_its_count(world):
    item = make_seized_item(world)
    with pytest.raises(ValidationError) as refused:
        item.release(1, by=world.manager, on=date(2024, 9, 1))
    assert "settled_on" in refused.value.message_dict
    assert SeizedItem.objects.get(pk=item.pk).released == 0


def test_the_seizure_waits_until_nothing_is_kept(world):
    load_deadlines()
    seizure = make_seizure(world)
    first, second = make_seized_item(world, seizure=seizure), make_seized_item(world, seizure=seizure, kind="battery")
    assert seizure.deadlines.running().get().kind == "seizure"
    first.release(5, by=world.manager, on=TODAY)
    assert seizure.deadlines.running().exists()
    second.confiscate(5, by=world.manager, on=TODAY)
    assert not seizure.deadlines.running().exists() and seizure.deadlines.get().met_on == TODAY
