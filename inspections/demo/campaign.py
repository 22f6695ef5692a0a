"""The campaign itself, built in one transaction from its parts."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.db import transaction

from entities.models import Entity, Region
from entities.reference import load_who_and_where
from inspections.demo import certificates, enforcement, joint, online, outreach, papers, register, sampling, together
from inspections.demo.cases import load_cases
from inspections.demo.casework import load_casework
from inspections.demo.deadlines import load_deadlines
from inspections.demo.hazards import plan_hazards
from inspections.demo.ledger import START, TODAY, Ledger
from inspections.demo.people import ACCOUNTS, People
from inspections.demo.photos import load_photos
from inspections.demo.visits import plan_visits
from inspections.models import Campaign
from inspections.reference import load_what_to_check

CODE = "YZ-EBIKE-2024"

__all__ = ["ACCOUNTS", "CODE", "load_campaign"]


@transaction.atomic
def load_campaign(password) -> bool:
    """Write the demonstration campaign; False when it is there already, so that nothing that a user entered is touched.

    Raises CommandError on a database that holds real records, and for a password that is too weak.
    """
    if Campaign.objects.filter(is_synthetic=False).exists():
        raise CommandError("This database holds a real campaign: the demonstration is only for an empty one.")
    if Campaign.objects.filter(code=CODE).exists():
        return False
    if Entity.objects.exists():
        raise CommandError("This database holds entities that are not the demonstration's: use an empty one.")
    try:
        validate_password(password)
    except ValidationError as error:
        raise CommandError(f"DEMO_PASSWORD is too weak: {' '.join(error.messages)}") from None
    load_who_and_where()
    load_what_to_check()
    campaign = Campaign.objects.create(
        code=CODE,
        name="永州市电动自行车安全隐患全链条整治行动",
        name_en="Yongzhou full-chain e-bike safety rectification campaign",
        region_id="4311",
        starts_on=START,
        ends_on=TODAY,
        status=Campaign.Status.RUNNING,
        is_synthetic=True,
    )
    campaign.regions.set(Region.objects.counties())
    _fill(Ledger(campaign), password)
    return True


def _fill(ledger, password):
    """Every record of the campaign, each part resting on those before it."""
    people = People(ledger, password)
    entities = register.load_entities(ledger, people)
    operations, teams = joint.load_operations(ledger, people), joint.load_teams(ledger, people)
    visits = plan_visits(ledger, people, entities, operations, teams)
    checks = register.plan_self_checks(ledger, people, entities)
    leads = enforcement.load_leads(ledger, people, entities, visits.rows)
    findings = plan_hazards(ledger, people, visits, checks, leads)
    ledger.write(checks)
    made, hazards = visits.write(), findings.write()
    register.load_departures(ledger, people, entities, visits.gone)
    register.load_tasks(ledger, people, entities, made, checks)
    enforcement.handle_leads(ledger, leads)
    enforcement.load_interviews(ledger, people, entities)
    enforcement.load_orders(ledger, hazards)
    batches = sampling.load_sampling(ledger, people, entities)
    cases = load_cases(ledger, people, made, operations, batches, leads)
    enforcement.load_seizures(ledger, people, made, cases)
    outreach.load_outreach(ledger, people)
    online.load_listings(ledger, people, entities)
    load_photos(ledger, made, hazards)
    enforcement.reserve_numbers(people)
    load_casework(ledger, people)
    load_deadlines(ledger)
    online.load_removals(ledger, people)
    certificates.load_certificates(ledger, people, entities)
    together.load_together(ledger, people, entities)
    papers.load_letters(ledger, people, entities)
    papers.load_orders_of_batches(ledger, people, batches)
