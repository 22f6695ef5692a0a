"""A search in a ledger finds the same, whether few are found by what they hold or many are looked through."""

from datetime import date

import pytest
from django.http import QueryDict

from entities.models import Grant, Officer, Region
from inspections.models import Evidence
from reports.ledgers import BY_NAME, LEDGERS
from reports.selection import Selection

TEXTS = ["零陵", "王", "店 检查", "零市监"]


def of_the_city(role):
    return Officer.objects.filter(role=role, is_active=True).order_by("pk").first()


def of_a_province():
    """An officer who sees one province of two, which is looked at in another way than a city."""
    officer = of_the_city("manager")
    officer.grants.all().delete()
    Region.objects.create(code="44", name="别省", level="province")
    Grant.objects.create(officer=officer, region=Region.objects.get(code="43"), starts_on=date(2024, 1, 1))
    return Officer.objects.get(pk=officer.pk)


WHO = {
    "city": lambda: of_the_city("leader"),
    "county": lambda: of_the_city("manager"),
    "own": lambda: of_the_city("inspector"),
    "province": of_a_province,
}


@pytest.mark.parametrize("who", WHO)
def test_few_and_many_are_found_alike(demo_city, monkeypatch, who):
    officer, some = WHO[who](), 0
    for declared in LEDGERS:
        if not officer.has_perm(declared.permission):
            continue
        for text in TEXTS:
            found = []
            for most_named in (5_000, -1):
                monkeypatch.setattr("entities.models.entity.MOST_NAMED", most_named)
                chosen = Selection(declared, officer, demo_city, QueryDict(f"q={text}"))
                found.append([record.pk for record in chosen.rows])
            assert found[0] == found[1] and len(found[0]) == len(set(found[0])), (declared.name, text)
            some += len(found[0])
    assert some > 100


def test_a_file_is_found_by_the_beginning_of_its_hash(demo_city):
    leader = of_the_city("leader")
    ledger, hashes = BY_NAME["evidence"], Evidence.objects.of_campaign(demo_city).values_list("sha256", flat=True)
    whole = hashes.order_by("pk").last()
    for asked, is_found in ((whole, True), (whole[:8].upper(), True), (whole[:7], False), (whole[1:20], False)):
        rows = Selection(ledger, leader, demo_city, QueryDict(f"q={asked}")).rows
        assert (whole in {file.sha256 for file in rows}) is is_found, asked
