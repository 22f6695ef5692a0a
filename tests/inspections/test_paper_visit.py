"""A visit on paper: typed in by the office for named officers, with the scan, and confirmed by two of them."""

import pytest
from django.urls import reverse

from inspections.models import Hazard, Inspection, InspectionStatus, Order
from tests.factories import failed_point, make_photo, make_sheet


@pytest.fixture
def clerk(client, world):
    client.force_login(world.clerk)
    client.cookies["django_language"] = "en"
    return client


def typing_url(world):
    return reverse("inspection_transcribe", args=[world.shop.pk])


def paper(world, **changes):
    return (
        make_sheet(world, scan=make_photo("scan.png")) | failed_point(photos=make_photo("found.png", "red")) | changes
    )


def confirm(client, officer, visit, **answer):
    client.force_login(officer)
    client.cookies["django_language"] = "en"
    return client.post(reverse("inspection_confirm", args=[visit.pk]), {"is_right": "yes"} | answer)


def test_it_counts_only_once_two_named_officers_have_confirmed_it(clerk, world):
    page = clerk.post(typing_url(world), paper(world, **{"m-order": "on", "m-order_due_on": "2024-09-24"}), follow=True)
    visit = Inspection.objects.get()
    assert (visit.status, visit.transcribed_by, visit.unit) == (
        "awaiting_confirmation",
        world.clerk,
        world.inspector.unit,
    )
    assert "have confirmed it" in page.content.decode()
    assert not Hazard.objects.exists()
    confirm(clerk, world.inspector, visit)
    assert not Inspection.objects.submitted().exists()
    confirm(clerk, world.second, visit)
    visit.refresh_from_db()
    hazard = Hazard.objects.get()
    assert visit.status == InspectionStatus.SUBMITTED
    assert [officer.username for officer in visit.confirmed_by.order_by("username")] == ["inspector", "second"]
    assert (hazard.evidence.count(), visit.evidence.get().slot) == (1, "stamped")
    assert list(Order.objects.get().hazards.all()) == [hazard]


def test_without_the_scan_it_is_refused(clerk, world):
    page = clerk.post(typing_url(world), {k: v for k, v in paper(world).items() if k != "scan"})
    assert page.status_code == 422
    assert "Attach the scan of the paper" in page.content.decode()
    assert not Inspection.objects.exists()


def test_the_same_paper_sent_twice_is_one_visit(clerk, world):
    sent = paper(world)
    first = clerk.post(typing_url(world), sent)
    again = clerk.post(
        typing_url(world), sent | {"scan": make_photo("scan.png"), "h-XS-02-photos": make_photo("found.png", "red")}
    )
    assert (first.url, Inspection.objects.count()) == (again.url, 1)


def test_an_officer_sends_it_back_with_the_reason_and_the_office_corrects_it(clerk, world):
    clerk.post(typing_url(world), paper(world))
    visit = Inspection.objects.get()
    assert confirm(clerk, world.inspector, visit, is_right="no").status_code == 422
    confirm(clerk, world.inspector, visit, is_right="no", reason="日期写错")
    visit.refresh_from_db()
    assert (visit.status, visit.history.first().history_change_reason) == ("draft", "日期写错")
    clerk.force_login(world.clerk)
    edit = reverse("inspection_edit", args=[visit.pk])
    page = clerk.get(edit).content.decode()
    assert "未张贴告知" in page
    assert "Sent back by Inspector: 日期写错" in page
    corrected = {
        k: v for k, v in paper(world, inspected_on="2024-09-01").items() if k not in ("scan", "h-XS-02-photos")
    }
    clerk.post(edit, corrected | {"version": str(visit.version)})
    visit.refresh_from_db()
    assert (visit.status, visit.inspected_on.isoformat()) == ("awaiting_confirmation", "2024-09-01")


def test_one_officer_does_not_confirm_twice_and_others_not_at_all(clerk, world):
    clerk.post(typing_url(world), paper(world))
    visit = Inspection.objects.get()
    confirm(clerk, world.inspector, visit)
    assert confirm(clerk, world.inspector, visit).status_code == 404
    for officer in (world.manager, world.stranger):
        assert confirm(clerk, officer, visit).status_code == 404
    assert visit.confirmed_by.count() == 1


def test_what_the_rules_refuse_at_the_end_stays_and_says_why(clerk, world):
    clerk.post(typing_url(world), paper(world))
    visit = Inspection.objects.get()
    confirm(clerk, world.inspector, visit)
    world.campaign.status = "wrapping_up"
    world.campaign.save()
    page = confirm(clerk, world.second, visit)
    assert page.status_code == 422
    assert "wrapping up" in page.content.decode()
    assert (Inspection.objects.get().status, visit.confirmed_by.count()) == ("awaiting_confirmation", 1)


def test_inspectors_do_not_type_in_for_others_and_strangers_see_nothing(client, world):
    client.force_login(world.inspector)
    assert client.get(typing_url(world)).status_code == 403
    client.logout()
    assert client.get(typing_url(world)).status_code == 302
    client.force_login(world.clerk)
    assert client.get(reverse("inspection_transcribe", args=[world.other_shop.pk])).status_code == 404
