"""The demonstration campaign: repeatable, synthetic, obeying every rule, and never laid over real records."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from entities.models import Entity, Officer, Region
from inspections.demo import ACCOUNTS
from inspections.demo.register import credit_code
from inspections.models import Evidence, Hazard, Holiday, Inspection, Rectification, Task
from inspections.models.record import Record
from tests.models import own_models


def records():
    return own_models("inspections")


def records_of_work():
    return [model for model in records() if issubclass(model, Record)]


def sample(model, count):
    """About so many records, from the first to the last."""
    return model.objects.order_by("pk")[:: max(1, model.objects.count() // count)]


def test_a_second_run_changes_nothing(demo_city):
    shop = Entity.objects.filter(kind="seller").first()
    shop.contact = "使用者改过"
    shop.store(by=Officer.objects.get(username="admin"))
    officer = Officer.objects.get(username="inspector")
    officer.set_password("another-one-2025")
    officer.save()
    before = [model.objects.count() for model in records()]
    call_command("load_demo", verbosity=0)
    assert before == [model.objects.count() for model in records()]
    assert Entity.objects.get(pk=shop.pk).contact == "使用者改过"
    assert Officer.objects.get(username="inspector").check_password("another-one-2025")


def test_the_accounts_are_printed_on_every_run(demo_city, capsys):
    call_command("load_demo")
    printed = capsys.readouterr().out
    assert "nothing was changed" in printed
    assert "yongzhou-demo-2024" in printed
    for username, (role, _unit, _certified) in ACCOUNTS.items():
        assert f"{username:12} {role}" in printed


def test_a_password_that_was_changed_is_not_claimed(demo_city, capsys, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "something-else-2025")
    call_command("load_demo")
    assert capsys.readouterr().out.count("another one") == len(ACCOUNTS)


@pytest.mark.parametrize("model", [*records(), Entity, Officer], ids=lambda model: model.__name__)
def test_every_record_obeys_the_rules(demo_city, model):
    assert model.objects.exists()
    for record in sample(model, 40):
        record.full_clean()


@pytest.mark.parametrize("model", [*records_of_work(), Entity], ids=lambda model: model.__name__)
def test_every_record_has_its_history(demo_city, model):
    assert not model.objects.exclude(pk__in=model.history.values("id")).exists()
    for record in sample(model, 15):
        rows = list(record.history.order_by("version"))
        assert [row.version for row in rows] == list(range(1, record.version + 1))
        assert [row.history_date for row in rows] == sorted(row.history_date for row in rows)
        assert rows[0].history_date == record.created_at
        assert rows[-1].history_date == record.changed_at
        assert rows[-1].history_user == record.changed_by


@pytest.mark.parametrize("model", records_of_work(), ids=lambda model: model.__name__)
def test_every_record_takes_its_place_from_where_it_comes(demo_city, model):
    for record in sample(model, 60):
        origin = record.origin()
        assert record.campaign_id == demo_city.pk
        if origin is None:
            continue
        assert record.region_id == origin.region_id
        if hasattr(record, "entity_kind"):
            assert record.entity_kind == getattr(origin, "entity_kind", "") or getattr(origin, "kind", "")


@pytest.mark.parametrize("model", records_of_work(), ids=lambda model: model.__name__)
def test_records_are_entered_in_office_hours_after_they_happened(demo_city, model):
    for record in model.objects.all():
        entered = timezone.localtime(record.created_at)
        assert 9 <= entered.hour <= 18
        if model.date_field != "created_at":
            assert getattr(record, model.date_field) <= entered.date() <= demo_city.ends_on


def test_officers_work_on_working_days(demo_city):
    special = dict(Holiday.objects.values_list("day", "is_worked"))
    days = set(Inspection.objects.values_list("inspected_on", flat=True))
    days |= set(Rectification.objects.values_list("submitted_on", flat=True))
    assert not [day for day in days if not special.get(day, day.weekday() < 5)]


def test_a_rectified_hazard_tells_its_steps(demo_city):
    twice = Rectification.objects.filter(verdict="rejected").first().hazard
    steps = list(twice.history.order_by("version").values_list("status", flat=True))
    assert steps == ["open", "submitted", "open", "submitted", "rectified"]
    assert [a.verdict for a in twice.rectifications.order_by("pk")] == ["rejected", "accepted"]
    assert twice.accepted_rectification.verdict == "accepted"


def test_the_accounts_have_their_roles_and_one_password(demo_city):
    for username, (role, _unit, _certified) in ACCOUNTS.items():
        officer = Officer.objects.get(username=username)
        assert officer.role == role
        assert not officer.is_superuser
        assert officer.check_password("yongzhou-demo-2024")
    assert not [o for o in Officer.objects.exclude(username__in=ACCOUNTS) if o.has_usable_password()]


def test_every_county_has_officers_and_work(demo_city):
    for county in Region.objects.counties():
        here = Officer.objects.filter(unit__region=county, unit__department="market")
        assert here.filter(role="manager").count() == 1
        assert here.filter(role="inspector").certified().count() >= 2
        assert Inspection.objects.filter(region=county).exists()
    months = {day.strftime("%Y-%m") for day in Inspection.objects.values_list("inspected_on", flat=True)}
    assert len(months) == 9


def test_what_is_due_and_overdue_is_in_the_inspectors_own_county(demo_city):
    inspector, day = Officer.objects.get(username="inspector"), demo_city.ends_on
    seen = Hazard.objects.visible_to(inspector)
    assert seen.overdue(on=day).count() >= 3
    assert seen.pending().filter(deadline__gte=day).count() >= 3
    assert seen.filter(status="submitted").exists()
    assert inspector.tasks.overdue(on=day).count() >= 2
    assert inspector.tasks.pending().filter(due_on__gte=day).count() >= 2
    assert inspector.tasks.exclude(done_on=None).exists()
    assert Inspection.objects.drafts_of(inspector).count() == 1


def test_the_draft_of_the_inspector_opens_as_it_was_typed(demo_city, client):
    inspector = Officer.objects.get(username="inspector")
    client.force_login(inspector)
    draft = Inspection.objects.drafts_of(inspector).get()
    page = client.get(f"/inspections/{draft.pk}/edit/").content.decode()
    assert "2025-01-20" in page
    assert "门店盘点中" in page


def test_what_became_of_a_place_follows_its_last_visit(demo_city):
    gone = Entity.objects.exclude(state="open")
    assert gone.count() >= 15
    for entity in gone:
        assert not entity.inspections.filter(inspected_on__gt=entity.state_on).exists()
    for hazard in Hazard.objects.filter(status="ended"):
        assert hazard.entity.state == "closed"


def test_photos_show_hazards_rectifications_and_shops_that_were_shut(demo_city):
    hazards = Hazard.objects.exclude(inspection=None).exclude(status="withdrawn")
    assert not [h for h in hazards if not h.evidence.exists()]
    assert not [v for v in Inspection.objects.exclude(outcome="inspected") if not v.evidence.exists()]
    attempts = Rectification.objects.filter(verdict="accepted").exclude(hazard__inspection=None)
    assert not [a for a in attempts if not a.evidence.exists()]
    assert len(set(Evidence.objects.values_list("file", flat=True))) <= 60
    photo = Evidence.objects.first()
    assert photo.file.size == photo.size


def test_tasks_are_done_by_a_record_of_their_entity(demo_city):
    for task in Task.objects.exclude(done_on=None):
        assert (task.inspection or task.self_check).entity_id == task.entity_id
        assert task.inspection is None or task.inspection.outcome == "inspected"


def test_invented_credit_codes_pass_both_check_characters():
    from stdnum.cn import uscc

    codes = {credit_code("431103", number, number % 2) for number in range(1, 500)}
    assert len(codes) == 499
    assert all(uscc.is_valid(code) for code in codes)
