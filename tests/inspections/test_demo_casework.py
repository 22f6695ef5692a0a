"""The demonstration's cases, seized things and leads tell how they came to stand as they do."""

from django.db.models import Sum

from inspections.models import Case, CaseStatus, CaseStep, Disposal, Lead, LeadStatus, SeizedItem
from inspections.models.numbering import take_number


def test_every_status_of_a_case_has_its_step(demo_city):
    for case in Case.objects.exclude(status=CaseStatus.PROPOSED).prefetch_related("steps"):
        told = {step.kind: step.taken_on for step in case.steps.all()}
        assert case.status in told
        for kind, day in [("filed", case.filed_on), ("decided", case.decided_on), ("closed", case.closed_on)]:
            assert told.get(kind) == day
    assert not CaseStep.objects.filter(case__status=CaseStatus.PROPOSED).exists()


def test_every_case_rests_on_a_cause_in_force_on_the_day_of_the_act(demo_city):
    for case in Case.objects.select_related("ground"):
        assert case.ground.is_in_force(case.acted_on)
        assert (case.cause, case.legal_basis) == (case.ground.name, case.ground.articles)
    police = Case.objects.get(status=CaseStatus.POLICE)
    assert police.suspects and Case.objects.exclude(workshop_value=None).count() == 1
    assert Case.objects.exclude(abnormal_on=None).count() == 4


def test_the_disposals_add_up_to_what_was_settled(demo_city):
    counted = SeizedItem.objects.aggregate(released=Sum("released"), confiscated=Sum("confiscated"))
    sums = dict(Disposal.objects.order_by().values_list("kind").annotate(sum=Sum("quantity")))
    assert sums == counted


def test_leads_came_to_something_and_one_still_waits(demo_city):
    assert set(Lead.objects.values_list("status", flat=True)) == set(LeadStatus)
    assert not Lead.objects.filter(status=LeadStatus.PASSED_ON, passed_to="").exists()


def test_a_station_of_the_demonstration_takes_the_countys_number(demo_city):
    station = Case.objects.filter(region="431103").first().unit.children.filter(kind="station").first()
    assert take_number(station, "case", demo_city.ends_on).endswith("5001号")
