"""The campaign itself, built in one transaction from its parts."""

from datetime import date

from django.core.management import CommandError
from django.db import transaction

from entities.models import Entity, Region
from inspections.demo import enforcement, joint, register, visits
from inspections.demo.ledger import START, TODAY, Ledger
from inspections.demo.people import ACCOUNTS, People
from inspections.demo.photos import load_photos
from inspections.models import Campaign

CODE = "YZ-EBIKE-2024"

__all__ = ["ACCOUNTS", "CODE", "load_campaign"]


@transaction.atomic
def load_campaign(password) -> bool:
    """Write the demonstration campaign; False when it is there already, so that nothing that a user entered is touched.

    Raises CommandError on a database that holds real records.
    """
    if Campaign.objects.filter(is_synthetic=False).exists():
        raise CommandError("This database holds a real campaign: the demonstration is only for an empty one.")
    if Campaign.objects.filter(code=CODE).exists():
        return False
    if Entity.objects.exists():
        raise CommandError("This database holds entities that are not the demonstration's: use an empty one.")
    campaign = Campaign.objects.create(
        code=CODE,
        name="永州市电动自行车安全隐患全链条整治行动",
        name_en="Yongzhou full-chain e-bike safety rectification campaign",
        region_id="4311",
        starts_on=START,
        ends_on=date(2025, 1, 20),
        status=Campaign.Status.RUNNING,
        is_synthetic=True,
    )
    campaign.regions.set(Region.objects.counties())
    ledger = Ledger(campaign)
    people = People(ledger, password)
    entities = register.load_entities(ledger, people)
    checks = register.load_self_checks(ledger, people, entities)
    operations = visits.load_operations(ledger, people)
    planned = visits.plan_visits(ledger, people, entities, operations)
    findings = visits.plan_hazards(ledger, people, planned.rows, checks)
    made = planned.write()
    hazards = findings.write()
    register.load_tasks(ledger, people, entities, made)
    enforcement.load_interviews(ledger, people, entities)
    enforcement.load_orders(ledger, hazards)
    enforcement.load_leads(ledger, people, entities)
    enforcement.load_cases(ledger, people, made, operations)
    enforcement.load_seizures(ledger, made)
    joint.load_sampling(ledger, people, entities)
    joint.load_teams(ledger, people)
    joint.load_outreach(ledger, people)
    joint.load_listings(ledger, people, entities)
    load_photos(ledger, made, hazards)
    assert campaign.ends_on == TODAY
    return True
