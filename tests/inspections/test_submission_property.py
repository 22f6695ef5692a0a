"""However a phone's pieces are repeated, lost and interleaved, one inspection with all its parts comes of them."""

from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspections.models import Evidence, Hazard, Inspection, Order
from tests.factories import failed_point, make_photo, make_sheet

FETCH = {"X-Requested-With": "fetch"}
STEPS = ["draft", "first photo", "second photo", "submit"]


class Tab:
    """One window that sends a visit step by step; a step whose answer is lost is sent again."""

    def __init__(self, client, world, sheet):
        self.client, self.url, self.sheet, self.done = (
            client,
            reverse("inspection_create", args=[world.shop.pk]),
            sheet,
            0,
        )

    def go_on(self, *, is_lost):
        if self.done == len(STEPS):
            return
        step = STEPS[self.done]
        if step in ("draft", "submit"):
            answer = self.client.post(self.url, self.sheet | {"action": step}, headers=FETCH)
            assert answer.status_code in (200, 201)
            if "location" in answer.json() and not is_lost:
                self.done = len(STEPS)  # it has arrived, perhaps from the other window
        else:
            photo = make_photo(f"{step}.png", "red" if step == "first photo" else "green")
            url = reverse("inspection_photo", args=[self.sheet["client_uuid"]])
            answer = self.client.post(url, {"field": "h-XS-02-photos", "photo": photo})
            # the other window may have submitted it meanwhile: the next look at the draft tells
            if answer.status_code == 422:
                self.done = -1
        if not is_lost and self.done < len(STEPS):
            self.done += 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=14))
def test_any_interleaving_of_repeats_ends_in_one_inspection_with_all_its_parts(client, world, moves):
    client.force_login(world.inspector)
    with transaction.atomic():
        sheet = make_sheet(world) | failed_point() | {"m-order": "on", "m-order_due_on": "2024-09-24"}
        tabs = [Tab(client, world, sheet), Tab(client, world, sheet)]
        for which, is_lost in moves:
            tabs[which].go_on(is_lost=is_lost)
        for tab in tabs:
            for _step in range(2 * len(STEPS)):
                tab.go_on(is_lost=False)
        visit = Inspection.objects.get()
        assert visit.status == "submitted"
        assert Hazard.objects.get().evidence.count() == Evidence.objects.count() == 2
        assert Order.objects.get().inspection == visit
        transaction.set_rollback(True)
