"""The pages of the desk, shown with two small desks of their own: make, change, move on; scope, rights, refusals."""

import pytest
from django import forms
from django.urls import reverse

from inspections.desk import declare
from inspections.desk.declare import Deed, Desk, open_desk
from inspections.desk.fields import EntitiesField, EntityField
from inspections.desk.forms import DayForm, ReasonForm, RecordForm
from inspections.models import Evidence, Interview, InterviewedEntity, Lead, SamplingBatch, Training
from inspections.models.sampling import BatchStatus
from tests.factories import make_batch, make_entity, make_inspection, make_lead, make_photo, write
from tests.world import TODAY


class TrainingForm(RecordForm):
    class Meta:
        model = Training
        fields = ("title", "held_on", "directors", "quality_officers", "region")


class LeadForm(RecordForm):
    entity = EntityField(required=False)

    class Meta:
        model = Lead
        fields = ("came_from", "received_on", "text", "entity", "region")


class SessionForm(RecordForm):
    origins = ("inspection",)
    entities = EntitiesField()

    class Meta:
        model = Interview
        fields = ("held_on", "level", "reason", "officers", "region")

    def after(self, record, *, by):
        for entity in self.cleaned_data["entities"]:
            InterviewedEntity(interview=record, entity=entity).store(by=by)


class ResultForm(DayForm):
    passed = forms.BooleanField(required=False)
    failed_items = forms.CharField(required=False)


@pytest.fixture(autouse=True)
def desks(monkeypatch):
    """Only the desks of this file."""
    monkeypatch.setattr(declare, "_DESKS", {})
    open_desk(
        Desk(Training, TrainingForm),
        Desk(Lead, LeadForm),
        Desk(Interview, SessionForm),
        Desk(
            SamplingBatch, None,
            deeds=(
                Deed("record_result", "Enter the result", ResultForm, to=BatchStatus.PASSED),
                Deed("void", "Void", ReasonForm, to=BatchStatus.VOIDED, right="inspections.decide_case", warns="For good."),
            ),
        ),
    )  # fmt: skip


def page(client, officer, url, data=None):
    client.force_login(officer)
    return client.get(url) if data is None else client.post(url, data)


TRAINING = {"title": "总监培训", "held_on": "2024-09-02", "directors": "3", "quality_officers": "4", "region": "431102"}


def test_a_record_is_made_with_its_files(client, world):
    response = page(client, world.clerk, reverse("desk_new", args=["training"]), TRAINING | {"files": make_photo()})
    training = Training.objects.get()
    assert response.status_code == 302 and response.url == training.get_absolute_url()
    assert (training.campaign, training.created_by, training.unit) == (world.campaign, world.clerk, world.clerk.unit)
    assert Evidence.objects.get().owner == training
    assert training.history.get().history_user == world.clerk


def test_what_is_refused_stays_typed_and_nothing_is_written(client, world):
    wrong = TRAINING | {"directors": "0", "quality_officers": "0", "title": "空培训"}
    response = page(client, world.clerk, reverse("desk_new", args=["training"]), wrong)
    assert response.status_code == 422 and not Training.objects.exists()
    assert "空培训" in response.content.decode()
    future = page(client, world.clerk, reverse("desk_new", args=["training"]), TRAINING | {"held_on": "2030-01-01"})
    assert future.context["form"].errors["held_on"]


def test_a_file_that_is_refused_takes_the_record_with_it(client, world):
    upload = make_photo()
    upload.name, upload.file = "x.png", type(upload.file)(b"no picture at all")
    response = page(client, world.clerk, reverse("desk_new", args=["training"]), TRAINING | {"files": upload})
    assert response.status_code == 422 and not Training.objects.exists()


def test_who_may_not_add_gets_403_and_anonymous_the_login(client, world):
    url = reverse("desk_new", args=["training"])
    assert client.get(url).status_code == 302
    assert page(client, world.leader, url).status_code == 403
    assert page(client, world.clerk, reverse("desk_new", args=["nothing"])).status_code == 404


def test_another_county_does_not_exist(client, world):
    training = write(Training, world, world.manager, title="培训", held_on=TODAY, directors=1)
    url = reverse("desk_change", args=["training", training.pk])
    assert page(client, world.manager, url).status_code == 200
    assert page(client, world.stranger, url).status_code in (403, 404)
    lead = make_lead(world)
    assert page(client, world.stranger, reverse("desk_change", args=["lead", lead.pk])).status_code == 404


def test_a_change_made_meanwhile_is_told_first(client, world):
    training = write(Training, world, world.manager, title="培训", held_on=TODAY, directors=1)
    url = reverse("desk_change", args=["training", training.pk])
    seen = page(client, world.manager, url).context["form"].initial["version"]
    training.title = "别人改的"
    training.store(by=world.clerk)
    response = page(client, world.manager, url, TRAINING | {"title": "我改的", "version": seen})
    assert response.status_code == 409 and "我改的" in response.content.decode()
    again = TRAINING | {"title": "我改的", "version": response.context["form"]["version"].value()}
    assert page(client, world.manager, url, again).status_code == 302
    training.refresh_from_db()
    assert training.title == "我改的"


def test_an_entity_is_found_by_name_code_or_label_within_the_scope_only(client, world):
    url, values = (
        reverse("desk_new", args=["lead"]),
        {"came_from": "complaint", "received_on": "2024-09-02", "text": "线索"},
    )
    values["region"] = "431102"
    for text in [world.shop.name, world.shop.credit_code, f"{world.shop.name} · {world.shop.address}"]:
        assert page(client, world.inspector, url, values | {"entity": text}).status_code == 302
    assert set(Lead.objects.values_list("entity", flat=True)) == {world.shop.pk}
    refused = page(client, world.inspector, url, values | {"entity": world.other_shop.name})
    assert refused.context["form"].errors["entity"] and Lead.objects.count() == 3
    several = page(client, world.inspector, url, values | {"entity": "零陵示例"})
    assert "零陵示例维修部" in several.context["form"].errors["entity"][0]


def test_suggestions_stay_in_scope(client, world):
    found = page(client, world.inspector, reverse("desk_entities") + "?entity=示例").content.decode()
    assert world.shop.name in found and world.other_shop.name not in found


def test_the_address_proposes_entities_and_those_outside_do_not_exist(client, world):
    url = reverse("desk_new", args=["interview"])
    response = page(client, world.manager, f"{url}?entity={world.shop.pk}&entity={world.repair_shop.pk}")
    text = response.context["form"]["entities"].value()
    assert text.splitlines() == [f"{e.name} · {e.address}" for e in (world.shop, world.repair_shop)]
    assert page(client, world.manager, f"{url}?entity={world.other_shop.pk}").status_code == 404
    assert page(client, world.manager, f"{url}?inspection=abc").status_code == 404


def test_thirty_entities_in_one_session(client, world):
    shops = [make_entity(world, number) for number in range(1, 31)]
    values = {
        "held_on": "2024-09-02", "level": "county", "reason": "集体约谈", "region": "431102",
        "officers": [world.inspector.pk], "entities": "\n".join(shop.name for shop in shops),
    }  # fmt: skip
    visit = make_inspection(world)
    url = f"{reverse('desk_new', args=['interview'])}?inspection={visit.pk}"
    assert page(client, world.manager, url, values).status_code == 302
    session = Interview.objects.get()
    assert session.inspection == visit and session.interviewed.count() == 30
    assert list(session.officers.all()) == [world.inspector]


def test_a_deed_moves_the_record_and_is_offered_only_where_it_may(client, world):
    batch = make_batch(world)
    url = reverse("desk_deed", args=["samplingbatch", batch.pk, "record_result"])
    assert page(client, world.inspector, url).status_code == 200
    done = page(client, world.inspector, url, {"passed": "on", "on": "2024-09-02", "version": batch.version})
    batch.refresh_from_db()
    assert done.status_code == 302 and batch.status == BatchStatus.PASSED
    assert page(client, world.inspector, url).status_code == 302  # back to the record: not possible any more
    refused = page(client, world.inspector, url, {"passed": "on", "on": "2024-09-02", "version": batch.version})
    assert refused.status_code == 422 and refused.context["form"].non_field_errors()


def test_a_deed_asks_for_its_right_its_reason_and_the_last_version(client, world):
    batch = make_batch(world)
    url = reverse("desk_deed", args=["samplingbatch", batch.pk, "void"])
    assert page(client, world.inspector, url).status_code == 403
    assert page(client, world.stranger, url).status_code in (403, 404)
    asked = page(client, world.manager, url)
    assert "For good." in asked.content.decode()
    empty = page(client, world.manager, url, {"reason": "", "version": batch.version})
    assert empty.context["form"].errors["reason"]
    stale = page(client, world.manager, url, {"reason": "重复", "version": batch.version - 1})
    assert stale.status_code == 409 and "重复" in stale.content.decode()
    batch.refresh_from_db()
    assert batch.status == BatchStatus.SAMPLED


def test_the_record_page_offers_what_the_officer_may(client, world):
    batch = make_batch(world)
    page_of = batch.get_absolute_url()
    assert (
        reverse("desk_deed", args=["samplingbatch", batch.pk, "void"])
        in page(client, world.manager, page_of).content.decode()
    )
    seen = page(client, world.leader, page_of)
    assert seen.status_code == 200 and "/desk/" not in seen.content.decode()
    visit = make_inspection(world)
    assert [b.url for b in declare.beginnings(world.manager, visit)] == [
        f"{reverse('desk_new', args=['interview'])}?inspection={visit.pk}"
    ]
