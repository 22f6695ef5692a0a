"""Sampling batches: result, objection, follow-up handling, counting."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from entities.models import Region
from inspections.models import SamplingBatch
from tests.factories import make_batch
from tests.world import TODAY


def failed(world, **changes):
    batch = make_batch(world, **changes)
    batch.record_result(by=world.manager, passed=False, failed_items=" 尺寸限值 ", on=TODAY)
    return batch


def test_a_batch_that_passes_names_no_failed_items(world):
    batch = make_batch(world)
    batch.record_result(by=world.manager, passed=True, failed_items="误填", on=TODAY)
    assert (batch.status, batch.failed_items, batch.result_on) == ("passed", "", TODAY)


def test_a_batch_that_fails_names_its_items(world):
    assert failed(world).failed_items == "尺寸限值"
    with translation.override("en"), pytest.raises(ValidationError, match="Say which items failed"):
        make_batch(world, number="2").record_result(by=world.manager, passed=False)


def test_a_failed_batch_is_followed_up_to_the_end(world):
    batch = failed(world)
    batch.transfer(by=world.manager, region=world.county)
    batch.order(by=world.manager)
    batch.reinspect(by=world.manager)
    batch.order(by=world.manager)  # not right yet: ordered again
    batch.reinspect(by=world.manager)
    batch.handle(by=world.manager)
    assert (batch.status, batch.handling_region, batch.handled_on) == ("handled", world.county, TODAY)


def test_a_county_orders_correction_of_its_own_batch_without_transfer(world):
    batch = failed(world, level="county")
    batch.order(by=world.manager)
    assert batch.status == "ordered" and not SamplingBatch.objects.transferred().exists()


@pytest.mark.parametrize(("passed", "status"), [(True, "passed"), (False, "failed")])
def test_an_objection_ends_with_the_retest(world, passed, status):
    batch = failed(world)
    batch.object(by=world.manager, reason="对检验方法有异议")
    assert not SamplingBatch.objects.failed().exists()
    batch.record_result(by=world.manager, passed=passed, failed_items="尺寸限值")
    assert batch.status == status


def test_the_result_of_the_retest_is_final(world):
    batch = failed(world)
    batch.object(by=world.manager, reason="对检验方法有异议")
    batch.record_result(by=world.manager, passed=False, failed_items="尺寸限值")
    with translation.override("en"), pytest.raises(ValidationError, match="final"):
        batch.object(by=world.manager, reason="再次提出")
    assert batch.status == "failed"


@pytest.mark.parametrize("verb", ["object", "void"])
def test_an_objection_and_a_voiding_say_why(world, verb):
    batch = failed(world) if verb == "object" else make_batch(world)
    with pytest.raises(ValidationError) as refused:
        getattr(batch, verb)(by=world.manager, reason=" ")
    assert "reason" in refused.value.message_dict


def test_a_batch_is_transferred_only_inside_the_campaign(world):
    changsha = Region.objects.create(code="4301", name="长沙市", level="city", parent_id="43")
    batch = failed(world)
    with translation.override("en"), pytest.raises(ValidationError, match="outside the campaign"):
        batch.transfer(by=world.manager, region=changsha)
    batch.transfer(by=world.manager, region=world.other_county)
    assert batch.region == world.county  # where it was sampled stays


def test_a_voided_batch_counts_nowhere(world):
    batch = make_batch(world)
    batch.void(by=world.manager, reason="重复")
    assert not SamplingBatch.objects.counted().exists()


def test_what_is_done_about_it_does_not_change_that_it_failed(world):
    batch = failed(world)
    for step in (lambda: batch.transfer(by=world.manager, region=world.county), lambda: batch.order(by=world.manager)):
        step()
        assert list(SamplingBatch.objects.failed()) == [batch]


def test_batches_are_selected_by_the_level_that_ordered_them(world):
    city, county = make_batch(world), make_batch(world, number="2", level="county")
    assert set(SamplingBatch.objects.ordered_by("city", "county")) == {city, county}
    assert list(SamplingBatch.objects.ordered_by("county")) == [county]


def test_the_result_does_not_come_before_the_sampling(world):
    batch = make_batch(world)
    with pytest.raises(ValidationError):
        batch.record_result(by=world.manager, passed=True, on=date(2024, 9, 1))
    assert batch.status == "sampled"
