"""Sampling at the desk: plans, batches, and each step from the result to the end of the handling."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from inspections.models import DeadlineRule, SamplingBatch, SamplingPlan
from tests.factories import make_batch, make_inspection, make_order, make_photo, make_sampling_plan
from tests.world import TODAY

NEW = "/desk/samplingbatch/new/"


@pytest.fixture
def manager(client, world):
    client.force_login(world.manager)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def rules(world):
    for kind, days in (("objection", 15), ("correction", 60), ("reinspection", 90)):
        DeadlineRule.objects.create(kind=kind, days=days, in_force_from=date(2020, 1, 1))


def sample(world, **changes):
    return {
        "number": "CC-7", "entity": world.shop.name, "level": "county", "sampled_on": TODAY.isoformat(), "maker": "某车辆厂",
        "product": "ebike", "model_name": "TDT01Z", "quantity": "2",
    } | changes  # fmt: skip


def failed(world, **changes):
    batch = make_batch(world, **changes)
    batch.record_result(by=world.manager, passed=False, failed_items="尺寸", on=TODAY)
    return batch


def do(client, batch, deed, **values):
    batch.refresh_from_db()
    url = reverse("desk_deed", args=["samplingbatch", batch.pk, deed])
    answer = client.post(url, {"on": TODAY.isoformat(), "version": batch.version} | values)
    batch.refresh_from_db()
    return answer


def running(batch):
    return set(batch.deadlines.running().values_list("kind", flat=True))


def test_a_plan_may_lie_ahead(manager, world):
    values = {
        "name": "第四季度抽查", "level": "city", "product": "battery", "planned": "20", "starts_on": "2024-10-08",
        "ends_on": "2024-12-20", "region": "431102",
    }  # fmt: skip
    assert manager.post("/desk/samplingplan/new/", values).status_code == 302
    assert SamplingPlan.objects.get().starts_on == date(2024, 10, 8)
    refused = manager.post("/desk/samplingplan/new/", values | {"ends_on": "2024-10-01", "planned": "0"})
    assert refused.status_code == 422 and SamplingPlan.objects.count() == 1


def test_a_batch_takes_from_its_plan_what_the_plan_settles(manager, world):
    plan = make_sampling_plan(world, laboratory="市质检所", product="battery")
    url = f"{NEW}?plan={plan.pk}"
    form = manager.get(url).context["form"]
    assert (form.initial["laboratory"], form.initial["product"], form.initial["level"]) == (
        "市质检所",
        "battery",
        "city",
    )
    assert "plan" not in form.fields
    assert manager.post(url, sample(world)).status_code == 302
    batch = SamplingBatch.objects.get()
    assert (batch.plan, batch.region, batch.status) == (plan, world.county, "sampled")


def test_the_same_model_of_a_maker_within_six_months_is_told_not_forbidden(manager, world):
    make_batch(world, number="CC-1", maker="某车辆厂", model_name="tdt01z ".strip(), sampled_on=date(2024, 6, 3))
    first = manager.get(NEW).context["form"]
    assert "all_the_same" not in first.fields
    told = manager.post(NEW, sample(world))
    assert told.status_code == 422 and "CC-1" in told.context["form"].errors["all_the_same"][0]
    assert SamplingBatch.objects.count() == 1
    assert manager.post(NEW, sample(world, all_the_same="on")).status_code == 302
    batch = SamplingBatch.objects.get(number="CC-7")
    change = reverse("desk_change", args=["samplingbatch", batch.pk])
    assert manager.post(change, sample(world, quantity="3", version=batch.version)).status_code == 302


@pytest.mark.parametrize(
    "changes",
    [{"sampled_on": TODAY - timedelta(days=183)}, {"maker": "别家"}, {"model_name": "TDT02Z"}],
)
def test_what_is_not_the_same_or_long_ago_is_not_told(manager, world, changes):
    world.campaign.starts_on = date(2024, 1, 1)
    world.campaign.save()
    same = {"number": "CC-1", "maker": "某车辆厂", "model_name": "TDT01Z", "sampled_on": TODAY} | changes
    make_batch(world, **same)
    assert manager.post(NEW, sample(world)).status_code == 302


def test_a_batch_outside_the_scope_is_not_told(client, world):
    make_batch(world, number="CC-1", maker="某车辆厂", model_name="TDT01Z")
    client.force_login(world.stranger)
    assert client.post(NEW, sample(world, entity=world.other_shop.name)).status_code == 302


def test_a_number_stands_once_in_a_campaign(manager, world):
    make_batch(world, number="CC-7")
    refused = manager.post(NEW, sample(world, maker="别家"))
    assert refused.context["form"].errors["number"] and SamplingBatch.objects.count() == 1


def test_a_result_names_its_failed_items_and_its_report(manager, world, rules):
    batch = make_batch(world)
    refused = do(manager, batch, "record_result", passed="failed")
    assert refused.context["form"].errors["failed_items"] and batch.status == "sampled"
    assert do(manager, batch, "record_result", passed="").context["form"].errors["passed"]
    done = do(
        manager, batch, "record_result", passed="failed", failed_items="尺寸", report_number="BG-1", files=make_photo()
    )
    assert done.status_code == 302
    assert (batch.status, batch.report_number, batch.evidence.count()) == ("failed", "BG-1", 1)
    assert running(batch) == {"objection"}


def test_a_voided_batch_gets_no_result(manager, world):
    batch = make_batch(world)
    do(manager, batch, "void", reason="重复")
    refused = do(manager, batch, "record_result", passed="passed")
    assert refused.status_code == 422 and "voided" in refused.content.decode()
    assert batch.status == "voided"


def test_a_late_objection_is_told_and_recorded(manager, world, rules, settings):
    batch = failed(world)
    settings.DEMO_TODAY = "2024-10-20"
    page = manager.get(reverse("desk_deed", args=["samplingbatch", batch.pk, "object"]))
    assert "is late" in page.content.decode()
    do(manager, batch, "object", on="2024-10-18", reason="方法有异议")
    assert (batch.status, batch.objected_on, running(batch)) == ("objection", date(2024, 10, 18), set())
    early = do(manager, batch, "record_result", passed="passed", on="2024-10-01")
    assert early.context["form"].errors["on"] and batch.status == "objection"
    do(manager, batch, "record_result", passed="passed", on="2024-10-20")
    assert batch.status == "passed"


def test_an_objection_does_not_come_before_the_result(manager, world):
    batch = failed(world, sampled_on=date(2024, 8, 1))
    refused = do(manager, batch, "object", on="2024-08-05", reason="方法有异议")
    assert refused.context["form"].errors["on"] and batch.status == "failed"


def test_a_transfer_stays_inside_the_campaign_and_the_county_sees_it(manager, client, world):
    batch = failed(world)
    refused = do(manager, batch, "transfer", region="43")
    assert refused.context["form"].errors["region"] and batch.status == "failed"
    do(manager, batch, "transfer", region="431103")
    assert (batch.status, batch.handling_region) == ("transferred", world.other_county)
    for officer in (world.stranger, world.manager):
        client.force_login(officer)
        assert client.get(batch.get_absolute_url()).status_code == 200


def test_the_handling_runs_under_its_deadlines_to_the_end(manager, world, rules):
    batch, paper, visit = failed(world), make_order(world), make_inspection(world)
    elsewhere = make_inspection(world, entity=world.repair_shop)
    do(manager, batch, "order", order_to_correct=paper.pk)
    assert (batch.status, batch.order_to_correct, running(batch)) == ("ordered", paper, {"correction", "reinspection"})
    assert do(manager, batch, "reinspect", reinspection=elsewhere.pk).context["form"].errors["reinspection"]
    do(manager, batch, "reinspect", reinspection=visit.pk)
    assert (batch.status, batch.reinspection, running(batch)) == ("reinspected", visit, set())
    do(manager, batch, "order")
    assert batch.order_to_correct == paper and running(batch) == {"correction", "reinspection"}
    do(manager, batch, "reinspect")
    do(manager, batch, "handle")
    assert (batch.status, running(batch)) == ("handled", set())


def test_a_failed_batch_leads_to_a_case(manager, world):
    batch = failed(world)
    assert f"/desk/case/new/?batch={batch.pk}" in manager.get(batch.get_absolute_url()).content.decode()


def test_an_inspector_does_not_void_or_transfer(client, world):
    batch = failed(world)
    client.force_login(world.inspector)
    for deed in ("transfer", "handle", "void"):
        assert client.get(reverse("desk_deed", args=["samplingbatch", batch.pk, deed])).status_code == 403
