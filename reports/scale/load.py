"""A whole campaign of one size, written in one transaction."""

import random
import time

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.db import connection, transaction

from entities.models import Entity, Region
from entities.reference import load_departments
from entities.roles import load_roles
from inspections.models import (
    Campaign,
    Case,
    CaseStep,
    Evidence,
    Hazard,
    Inspection,
    InterviewedEntity,
    Penalty,
    Rectification,
    SamplingBatch,
    Seizure,
    SelfCheck,
    Task,
)
from inspections.reference import load_what_to_check
from reports.cells.refresh import refresh_all
from reports.scale.bare import without_indexes
from reports.scale.days import START, TODAY, Days
from reports.scale.enforcement import Batches, Cases
from reports.scale.findings import Findings
from reports.scale.further import Further
from reports.scale.histories import write_history, write_linked
from reports.scale.places import Places
from reports.scale.register import Register, write_self_checks
from reports.scale.visits import Visits
from reports.scale.writing import Writer

SEED = 20240501
# The tables that get many rows, and with each its history.
LARGE = (
    Entity, SelfCheck, Inspection, Hazard, Rectification, SamplingBatch, Case, CaseStep, Penalty, InterviewedEntity, Seizure, Task,
    Evidence,
)  # fmt: skip
LINKS = (Inspection.officers.through, Case.officers.through)


def load_scale(size, password, *, tell=lambda text: None) -> list:
    """Write the campaign to an empty database; returns the accounts that can sign in. `tell` hears how far it is.

    Raises CommandError on a database that holds anything, and for a password that is too weak.
    """
    if Campaign.objects.exists() or Entity.objects.exists() or Region.objects.exists():
        raise CommandError("This database holds records or regions: use an empty one, on which only `migrate` was run.")
    try:
        validate_password(password)
    except ValidationError as error:
        raise CommandError(f"The password is too weak: {' '.join(error.messages)}") from None
    parts = _Parts(tell)
    with transaction.atomic():
        accounts = _write(size, password, parts)
    with connection.cursor() as cursor:
        is_free = connection.vendor == "postgresql" and not connection.in_atomic_block
        cursor.execute("VACUUM ANALYZE" if is_free else "ANALYZE")
    parts("statistics")
    refresh_all()
    parts("figures kept ready")
    return accounts


class _Parts:
    """Tells after each part how long it took."""

    def __init__(self, tell):
        self.tell, self.began = tell, time.monotonic()

    def __call__(self, part):
        now = time.monotonic()
        self.tell(f"{part}: {now - self.began:.1f} s")
        self.began = now


def _write(size, password, done):
    chance, writer = random.Random(SEED), Writer()
    load_departments()
    load_roles()
    load_what_to_check()
    places = Places(size, chance)
    accounts = places.write(writer, password)
    campaign = Campaign.objects.create(
        code=f"SCALE-{size.name.upper()}", name=f"电动自行车安全隐患全链条整治行动（规模测试，合成数据：{places.names[size.root]}）",
        name_en=f"E-bike safety campaign (synthetic, of the size of a {size.name})", region_id=size.root, starts_on=START,
        ends_on=TODAY, status=Campaign.Status.RUNNING, is_synthetic=True,
    )  # fmt: skip
    done("places and officers")
    days = Days(chance)
    kept = [model.history.model for model in LARGE]
    linked = [
        relation.related_model
        for model in (Inspection, Case)
        for relation in model.history.model._meta.related_objects
        if relation.related_model._meta.db_table.endswith("_officers")
    ]
    with without_indexes([*LARGE, *LINKS, *kept, *linked]):
        done("indexes taken away")
        register = Register(places, days, chance)
        register.write(writer)
        done("entities")
        checks = write_self_checks(writer, register, campaign)
        done("self-checks")
        visits = Visits(register)
        visits.write(writer, campaign)
        done("inspections")
        findings = Findings(visits, checks, campaign)
        findings.write(writer)
        done("hazards and rectifications")
        batches = Batches(register, campaign)
        batches.write(writer)
        Cases(visits, batches, campaign).write(writer)
        done("batches, cases and penalties")
        Further(visits, findings, campaign).write(writer)
        done("interviews, seizures, tasks and photos")
        _write_histories()
        done("histories")
    done("indexes and references")
    return accounts


def _write_histories():
    """What the verbs would have left behind: the first row of each record, and those of its later states."""
    for model in (SelfCheck, SamplingBatch, CaseStep, Penalty, InterviewedEntity, Seizure, Evidence):
        write_history(model)
    first = {"version": "1", "changed_at": "t.created_at", "changed_by_id": "t.created_by_id"}
    last = {"at": "t.changed_at", "by": "t.changed_by_id", "kind": "~", "where": "t.version > 1"}
    write_history(Entity, **first, state="'open'", state_on="NULL", state_reason="''")
    write_history(Entity, **last)
    write_history(
        Inspection, **first, void_reason="''", status="CASE WHEN t.status = 'voided' THEN 'submitted' ELSE t.status END"
    )
    write_history(Inspection, **last)
    write_linked(Inspection, "officers")
    unsettled = {"status": "'open'", "rectified_on": "NULL", "accepted_rectification_id": "NULL", "closing_note": "''"}
    write_history(Hazard, **first, **unsettled)
    tried = {"version": "t.version - 1", "changed_at": "r.created_at", "changed_by_id": "r.created_by_id"}
    write_history(
        Hazard, at="r.created_at", by="r.created_by_id", kind="~", where="t.status = 'rectified'",
        join="JOIN inspections_rectification r ON r.id = t.accepted_rectification_id",
        **unsettled | tried | {"status": "'submitted'"},
    )  # fmt: skip
    write_history(Hazard, **last)
    write_history(Rectification, **first, verdict="'pending'", reviewer_id="NULL", reviewed_on="NULL", comment="''")
    write_history(Rectification, **last)
    undecided = {
        "decided_on": "NULL",
        "closed_on": "NULL",
        "police_on": "NULL",
        "suspects": "0",
        "transferred_to": "''",
    }
    write_history(Case, **first, **undecided, status="'proposed'", filed_on="NULL", number="''")
    write_history(Case, **last)
    write_linked(Case, "officers")
    write_history(Task, **first, done_on="NULL", inspection_id="NULL")
    write_history(Task, **last)
