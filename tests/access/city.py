"""Every role in two counties, and in the first county one of each thing that has an address."""

import uuid
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from types import SimpleNamespace

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from entities.models import ApiToken, Officer, Unit
from entities.roles import Role
from inspections.models import BulkChange, Digest
from reports.models import Job, SavedFilter
from tests import factories
from tests.ledger_records import make_one_of_each
from tests.office import make_bulletin, make_import, make_snapshot, make_superior_form
from tests.world import PASSWORD, read_world

HERE, THERE = "lingling", "lengshuitan"


@dataclass
class City:
    """The world, the officers by (role, county) with the session of each, and the things by name."""

    world: SimpleNamespace
    people: dict
    things: dict
    sessions: dict

    def browser_of(self, person, kind=Client):
        """A client of that kind in which the person is signed in."""
        client = kind()
        client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[person]
        return client


def _session_of(officer) -> str:
    client = Client()
    client.force_login(officer)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def build_access_city():
    """All of it, built anew."""
    world = read_world()
    people = {}
    for role in Role:
        for county in (HERE, THERE):
            officer = Officer(
                username=f"{role}-{county}", name=f"{role} {county}", certificate_number=f"{role}-{county}"
            )
            officer.set_password(PASSWORD)
            officer.appoint(role=role, unit=Unit.objects.get(code=county), on=date(2024, 1, 1))
            people[role.value, county] = officer
    records = make_one_of_each(world)
    things = {name: record.pk for name, record in records.items()} | {"round": records["roundreport"].round_id}
    things |= _of_somebody(world)
    things["second"] = world.second.pk
    return City(world, people, things, {person: _session_of(officer) for person, officer in people.items()})


def _kept(folder, content):
    return default_storage.save(f"{folder}/{uuid.uuid4().hex}.xlsx", ContentFile(content))


def _of_somebody(world):
    """What belongs to one officer, who is in neither list; and the office's things."""
    me = world.second
    draft = factories.make_inspection(world, by=me, submitted=False, client_uuid=uuid.uuid4())
    job = {"by": me, "campaign": world.campaign, "kind": "ledger_export", "label": "x", "language": "zh-hans"}
    ended = {"status": "done", "finished_at": timezone.now(), "result": "jobs/x.csv", "result_name": "x.csv"}
    workbook = BytesIO()
    Workbook().save(workbook)
    return {
        "bulk": BulkChange.objects.create(by=me, label="x", count=1).pk,
        "draft": draft.pk,
        "draft_uuid": draft.client_uuid,
        "paper_visit": draft.pk,
        "digest": Digest.objects.create(officer=me, day=date(2024, 9, 2)).pk,
        "token": ApiToken.issue(me, name="x", scopes=["read"], days=1)[0].pk,
        "saved_filter": SavedFilter.objects.create(ledger="hazard", name="x", query="status=open", officer=me).pk,
        "job": Job.objects.create(**job).pk,
        "finished_job": Job.objects.create(**job, **ended).pk,
        "superiorform": make_superior_form(world, file=_kept("forms", workbook.getvalue())).pk,
        "import": make_import(world, file=_kept("imports", workbook.getvalue())).pk,
        "snapshot": make_snapshot(world).pk,
        "bulletin": make_bulletin(world).pk,
    }
