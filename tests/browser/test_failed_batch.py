"""A failed batch in a real Chromium: transferred, ordered, re-inspected, a case, its fine, and the total on the dashboard."""

import re

import pytest
from django.urls import reverse

from inspections.models import Case, Deadline, DeadlineKind, NumberBlock, Penalty, SamplingBatch
from inspections.reference import load_deadlines
from reports.models import ChosenIndicator
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.phone import sign_in
from tests.factories import make_cause
from tests.world import TODAY

DAY = TODAY.isoformat()


@pytest.fixture
def city(transactional_db, world):
    """The small city with its deadlines, a cause, case numbers of the county, and a dashboard that shows sampling."""
    load_deadlines()
    world.cause = make_cause(world)
    for series in ("case", "penalty"):
        block = NumberBlock(
            unit=world.manager.unit, series=series, year=2024, pattern="零市监〔{year}〕{number}号", first=1, last=9
        )
        block.full_clean()
        block.save()
    for rank, key in enumerate(["batches_failed", "cases_all", "fines_from_sampling"]):
        ChosenIndicator.objects.create(campaign=world.campaign, key=key, chapter="sampling", rank=rank)
    return world


def fill(page, **values):
    """Type into the form of the page, and send it."""
    for name, value in values.items():
        field = page.locator(f"form.page-form [name={name}]").first
        kind = field.evaluate("field => field.type")
        if kind == "radio":
            page.locator(f"form.page-form [name={name}][value='{value}']").check(force=True)
        elif kind.startswith("select"):
            field.select_option(value)
        else:
            field.fill(value)
    page.click("form.page-form button.button-primary, form.page-form button.button-danger")
    page.wait_for_load_state()
    errors = page.locator(".error-summary")
    assert errors.count() == 0, errors.inner_text()


def go(page, record, deed, **values):
    """Open the record, press the button of the deed, fill in its form."""
    page.goto(record.get_absolute_url())
    page.locator(f"a[href='{reverse('desk_deed', args=[record._meta.model_name, record.pk, deed])}']").click()
    fill(page, **values)


def test_a_failed_batch_becomes_a_fine_in_the_total(city, open_page, axe):
    # The city takes the sample, the laboratory finds it failing, the batch goes to its county.
    office = sign_in(open_page(DESKTOP), "administrator")
    office.goto(f"{reverse('desk_new', args=['samplingbatch'])}?entity={city.shop.pk}")
    axe(office)
    fill(
        office, number="CJ-2024-088", level="city", sampled_on=DAY, maker="示例车业", product="ebike", brand="示例",
        model_name="TDT01Z", quantity="2",
    )  # fmt: skip
    batch = SamplingBatch.objects.get()
    go(office, batch, "record_result", passed="failed", failed_items="最高车速", on=DAY)
    assert Deadline.objects.running().get().kind == DeadlineKind.OBJECTION
    go(office, batch, "transfer", region=city.county.pk, on=DAY)

    # The county's manager, on a phone, orders it to be put right and has it inspected again.
    manager = sign_in(open_page(PHONE), "manager")
    manager.goto("/")
    manager.goto(batch.get_absolute_url())
    axe(manager)
    go(manager, batch, "order", on=DAY)
    assert Deadline.objects.running().filter(kind=DeadlineKind.REINSPECTION).exists()
    go(manager, batch, "reinspect", on=DAY)
    batch.refresh_from_db()
    assert (batch.status, batch.handling_region) == ("reinspected", city.county)

    # A case comes from the batch: filed, investigated, decided, with a fine that is paid.
    manager.goto(f"{reverse('desk_new', args=['case'])}?batch={batch.pk}")
    axe(manager)
    fill(manager, proposed_on=DAY, acted_on=DAY, ground=str(city.cause.pk))
    case = Case.objects.get()
    assert (case.batch, case.entity, case.came_from) == (batch, city.shop, "sampling")
    go(manager, case, "file", on=DAY)
    go(manager, case, "investigate", on=DAY)
    go(manager, case, "decide", on=DAY)
    manager.goto(f"{reverse('desk_new', args=['penalty'])}?case={case.pk}")
    fill(manager, kind="fine", amount="2000", decided_on=DAY)
    penalty = Penalty.objects.get()
    go(manager, case, "record_step", kind="served", on=DAY)
    go(manager, penalty, "pay", on=DAY)
    go(manager, batch, "handle", on=DAY)
    case.refresh_from_db()
    assert case.number == "零市监〔2024〕1号" and case.status == "decided"
    assert not penalty.deadlines.running().exists()
    manager.goto(case.get_absolute_url())
    axe(manager)

    # The leader finds it in the total, and opens the fine behind it.
    leader = sign_in(open_page(DESKTOP), "leader")
    leader.goto("/dashboard/")
    fines = leader.locator("a[href*='figure=fines_from_sampling']").first
    assert "2,000" in fines.inner_text()
    fines.click()
    leader.wait_for_url(re.compile("/ledgers/penalty/"))
    assert leader.locator("tbody tr").count() == 1 and city.shop.name in leader.inner_text("main")
