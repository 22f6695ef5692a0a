"""The demonstration campaign: repeatable, synthetic, obeying every rule, and never laid over real records."""

import pytest
from django.apps import apps
from django.core.management import call_command

from entities.models import Entity, Officer
from inspections.demo import ACCOUNTS
from inspections.demo.register import credit_code
from inspections.models import Evidence, Hazard, Inspection

pytestmark = pytest.mark.xdist_group("demo")


def records():
    return [m for m in apps.get_app_config("inspections").get_models() if not m.__name__.startswith("Historical")]


def test_a_second_run_changes_nothing(demo_city):
    shop = Entity.objects.filter(kind="seller").first()
    shop.contact = "使用者改过"
    shop.store(by=Officer.objects.get(username="admin"))
    before = [model.objects.count() for model in records()]
    call_command("load_demo", verbosity=0)
    assert before == [model.objects.count() for model in records()]
    assert Entity.objects.get(pk=shop.pk).contact == "使用者改过"


@pytest.mark.parametrize("model", [*records(), Entity], ids=lambda model: model.__name__)
def test_every_record_obeys_the_rules(demo_city, model):
    every = list(model.objects.order_by("pk"))
    assert every
    for record in every[:: max(1, len(every) // 40)]:
        record.full_clean()


@pytest.mark.parametrize("model", [Hazard, Inspection, Evidence, Entity])
def test_every_record_has_its_history(demo_city, model):
    without = model.objects.exclude(pk__in=model.history.values("id"))
    assert not without.exists()


def test_the_accounts_have_their_roles_and_one_password(demo_city, settings):
    for username, (role, _unit, _certified) in ACCOUNTS.items():
        officer = Officer.objects.get(username=username)
        assert officer.role == role
        assert not officer.is_superuser
        assert officer.check_password("yongzhou-demo-2024")


def test_what_is_overdue_and_due_is_in_the_inspectors_own_county(demo_city):
    inspector = Officer.objects.get(username="inspector")
    seen = Hazard.objects.visible_to(inspector)
    assert seen.overdue(on=demo_city.ends_on).exists()
    assert inspector.tasks.overdue(on=demo_city.ends_on).count() >= 2
    assert Inspection.objects.drafts_of(inspector).count() == 1


def test_there_are_records_that_the_figures_must_not_count(demo_city):
    assert Inspection.objects.filter(status="voided").exists()
    assert Inspection.objects.exclude(outcome="inspected").exists()
    assert Inspection.objects.filter(unit__department="fire").exists()
    assert Hazard.objects.filter(status="withdrawn").exists()


def test_invented_credit_codes_pass_both_check_characters():
    from stdnum.cn import uscc

    codes = {credit_code("431103", number, number % 2) for number in range(1, 500)}
    assert len(codes) == 499
    assert all(uscc.is_valid(code) for code in codes)
