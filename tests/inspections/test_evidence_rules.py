"""Evidence as a record: what is kept with it, and who sees it."""

import hashlib

from inspections.models import Evidence
from tests.factories import attach_photo, make_hazard, make_inspection, make_photo


def test_the_file_is_kept_with_its_digest_size_and_kind(world):
    content = make_photo().read()
    evidence = attach_photo(make_inspection(world), by=world.inspector, caption="门头")
    evidence.refresh_from_db()
    assert evidence.sha256 == hashlib.sha256(content).hexdigest() and evidence.size == len(content)
    assert (evidence.media_type, evidence.original_name, evidence.caption) == ("image/png", "photo.png", "门头")
    assert evidence.is_photo and list(Evidence.objects.photos()) == [evidence]


def test_the_stored_name_tells_nothing_of_the_upload(world):
    evidence = attach_photo(make_inspection(world), by=world.inspector)
    assert evidence.file.name.startswith("evidence/") and evidence.file.name.endswith(".png")
    assert "photo" not in evidence.file.name


def test_evidence_belongs_to_the_place_of_its_record(world):
    hazard = make_hazard(world)
    evidence = attach_photo(hazard, by=world.administrator)
    assert (evidence.owner, evidence.region, evidence.campaign) == (hazard, world.county, world.campaign)
    assert list(hazard.evidence.all()) == [evidence]


def test_evidence_is_seen_by_those_who_see_its_record(world):
    evidence = attach_photo(make_hazard(world), by=world.inspector)
    for name in ("inspector", "second", "manager", "clerk", "leader", "discipline", "administrator"):
        assert evidence in Evidence.objects.visible_to(getattr(world, name)), name
    for name in ("stranger", "stranger2", "firefighter"):
        assert evidence not in Evidence.objects.visible_to(getattr(world, name)), name


def test_evidence_goes_with_a_hazard_that_is_handed_over(world):
    hazard = make_hazard(world)
    evidence = attach_photo(hazard, by=world.inspector)
    hazard.hand_over(by=world.manager, department=world.fire, receipt="回执1号")
    assert evidence in Evidence.objects.visible_to(world.firefighter)
