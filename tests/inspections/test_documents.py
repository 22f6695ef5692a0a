"""The papers of a visit: as Word and to print, their numbers, stamped scans, and the amendment of the visit."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document as WordFile
from docxtpl import DocxTemplate

from inspections.documents import DOCUMENTS, give_number
from inspections.models import Inspection, NumberBlock
from inspections.models.numbering import NUMBERED, Series, take_number
from tests.at_once import at_once, needs_waiting_writers
from tests.factories import (
    attach_photo,
    make_batch,
    make_hazard,
    make_inspection,
    make_interviewed_entity,
    make_order,
    make_photo,
    make_seized_item,
)
from tests.world import TODAY

RARE = "𠮷🛵<&>\x0b" + "长" * 9000


@pytest.fixture
def inspector(client, world):
    client.force_login(world.inspector)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def papers(world):
    """One record of each kind of paper, at one visit."""
    visit = make_inspection(world, remarks=RARE, signing="refused", refusal_reason="不认可", refusal_witness="李四",
                            recording_number="ZFJL-7")  # fmt: skip
    for number in range(3):
        make_hazard(world, inspection=visit, description=f"问题{number}")
    attach_photo(visit, by=world.inspector, slot=f"signature-{world.inspector.pk}")
    order = make_order(world, inspection=visit)
    part = make_interviewed_entity(world)
    seized = make_seized_item(world, description="60V 电池")
    return {
        "record": visit,
        "order": order,
        "interview": part.interview,
        "seizure": seized.seizure,
        "sampling": make_batch(world),
    }


def block(world, **changes):
    values = {"unit": world.inspector.unit, "series": "order", "year": 2024, "pattern": "改〔{year}〕{number}号"}
    made = NumberBlock(**values | {"first": 1, "last": 2} | changes)
    made.full_clean()
    made.save()
    return made


def words(content):
    """All text of a Word file, its tables included."""
    word = WordFile(BytesIO(content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in word.paragraphs] + cells)


def url(name, key, record):
    return reverse(name, args=[key, record.pk])


@pytest.mark.parametrize("key", DOCUMENTS)
def test_a_paper_is_read_as_word_and_to_print(inspector, world, papers, key):
    record = papers[key]
    answer = inspector.get(url("document_word", key, record))
    text = words(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    assert "{" not in text
    assert world.shop.name in text
    page = inspector.get(url("document", key, record)).content.decode()
    assert world.shop.name in page
    assert "监管" in page or "约谈" in page or "查扣" in page  # the paper is Chinese on an English screen


def test_each_hazard_is_a_row_and_long_and_rare_words_survive(inspector, papers):
    text = words(inspector.get(url("document_word", "record", papers["record"])).content)
    assert [f"问题{number}" in text for number in range(3)] == [True] * 3
    assert "𠮷🛵<&>" in text
    assert "长" * 9000 in text
    assert "李四" in text
    assert "ZFJL-7" in text


def test_signatures_stand_in_the_word_file_and_on_the_page(inspector, papers):
    content = inspector.get(url("document_word", "record", papers["record"])).content
    assert len(WordFile(BytesIO(content)).inline_shapes) == 1
    assert "Signature of" in inspector.get(url("document", "record", papers["record"])).content.decode() or (
        "签名" in inspector.get(url("document", "record", papers["record"])).content.decode()
    )


def test_a_paper_gets_the_next_number_of_the_block_or_the_typed_one(inspector, world, papers):
    block(world, series="record", pattern="笔〔{year}〕{number}号")
    visit = papers["record"]
    inspector.post(url("document_number", "record", visit), {"number": "", "version": visit.version})
    visit.refresh_from_db()
    assert visit.record_number == "笔〔2024〕1号"
    page = inspector.post(url("document_number", "record", visit), {"number": "手写9号", "version": visit.version})
    assert page.status_code == 422  # a correction says why
    inspector.post(
        url("document_number", "record", visit), {"number": "手写9号", "reason": "写错", "version": visit.version}
    )
    visit.refresh_from_db()
    assert (visit.record_number, visit.history.first().history_change_reason) == ("手写9号", "写错")


@pytest.mark.parametrize("key", DOCUMENTS)
def test_every_paper_takes_the_next_number_of_its_series(world, papers, key):
    block(world, series=key, pattern="文〔{year}〕{number}号")
    assert give_number(DOCUMENTS[key], papers[key], by=world.manager, reason="更正") == "文〔2024〕1号"


def test_every_series_says_where_its_numbers_stand():
    assert set(NUMBERED) == set(Series)


def test_a_number_that_was_used_is_refused(inspector, world, papers):
    other = make_order(world, number="改7号")
    sent = {"number": other.number, "reason": "更正", "version": papers["order"].version}
    page = inspector.post(url("document_number", "order", papers["order"]), sent)
    assert page.status_code == 422
    assert "already used this number" in page.content.decode()


def test_numbers_skip_those_typed_by_hand_and_end_with_the_block(world):
    block(world)
    make_order(world, number="改〔2024〕1号")
    assert take_number(world.inspector.unit, "order", TODAY) == "改〔2024〕2号"
    with pytest.raises(Exception, match="no number left|已用完"):
        take_number(world.inspector.unit, "order", TODAY)


def test_the_stamped_scan_and_the_proof_of_service_are_attached(inspector, papers):
    order = papers["order"]
    inspector.post(url("document_scan", "order", order), {"slot": "stamped", "file": make_photo()})
    sent = {"slot": "service", "file": make_photo(colour="red"), "served_on": "2024-09-02"}
    inspector.post(url("document_scan", "order", order), sent)
    order.refresh_from_db()
    assert sorted(order.evidence.values_list("slot", flat=True)) == ["service", "stamped"]
    assert order.served_on == date(2024, 9, 2)


@pytest.mark.parametrize(
    "sent",
    [
        {"slot": "service", "served_on": "2024-08-01"},
        {"slot": "service", "served_on": "2024-09-03"},
        {"slot": "elsewhere"},
        {"file": SimpleUploadedFile("page.html", b"<html>")},
    ],
)
def test_a_bad_scan_is_refused_and_nothing_is_written(inspector, papers, sent):
    whole = {"slot": "stamped", "file": make_photo()} | sent
    assert inspector.post(url("document_scan", "order", papers["order"]), whole).status_code == 422
    assert not papers["order"].evidence.exists()


def test_a_voided_visit_is_printed_as_voided(client, world, papers):
    papers["record"].void(by=world.manager, reason="重复录入")
    client.force_login(world.manager)
    assert "作废" in words(client.get(url("document_word", "record", papers["record"])).content)


@pytest.mark.parametrize("name", ["document", "document_word", "document_number", "document_scan"])
def test_papers_are_for_those_who_see_the_record(client, world, papers, name):
    address = url(name, "record", papers["record"])
    assert client.get(address).status_code == 302
    client.force_login(world.stranger)
    assert client.get(address).status_code == 404
    client.force_login(world.inspector)
    assert client.get(reverse(name, args=["nothing", papers["record"].pk])).status_code == 404
    draft = make_inspection(world, submitted=False)
    assert client.get(url(name, "record", draft)).status_code == 404
    client.force_login(world.leader)
    assert client.get(address).status_code == (200 if name in ("document", "document_word") else 403)


@needs_waiting_writers
@pytest.mark.django_db(transaction=True)
def test_eight_at_once_get_eight_numbers(world):
    block(world, last=20)
    taken = []
    calls = [lambda: taken.append(take_number(world.inspector.unit, "order", TODAY))] * 8
    assert at_once(*calls) == [None] * 8
    assert len(set(taken)) == 8


@pytest.mark.parametrize("key", DOCUMENTS)
def test_every_field_of_a_paper_is_told_to_the_office_and_every_field_of_its_template_is_there(world, papers, key):
    told = (Path(__file__).parents[2] / "docs" / "word-templates.md").read_text()
    fields = set(DOCUMENTS[key].fields(papers[key])) | {"signatures"}
    assert not [name for name in fields if f"`{name}`" not in told]
    assert DocxTemplate(DOCUMENTS[key].template).get_undeclared_template_variables() <= fields


# Amending


def amendment(visit, **changes):
    values = {
        "vehicles_checked": "3",
        "notice_number": "",
        "remarks": "更正后",
        "reason": "漏填",
        "version": visit.version,
    }
    return {**values, "mode": visit.mode, **changes}


def test_an_amendment_keeps_what_was_before_readable(inspector, world):
    visit = make_inspection(world, remarks="原文")
    page = inspector.post(reverse("inspection_amend", args=[visit.pk]), amendment(visit), follow=True)
    visit.refresh_from_db()
    assert (visit.remarks, visit.vehicles_checked) == ("更正后", 3)
    text = page.content.decode()
    assert "原文" in text
    assert "漏填" in text


def test_an_amendment_needs_its_reason_and_tells_of_a_colleagues(inspector, world):
    visit = make_inspection(world)
    address = reverse("inspection_amend", args=[visit.pk])
    assert inspector.post(address, amendment(visit, reason="")).status_code == 422
    seen = amendment(visit)
    visit.amend(by=world.manager, reason="更正", remarks="经理更正")
    page = inspector.post(address, seen)
    assert page.status_code == 409
    assert Inspection.objects.get().remarks == "经理更正"


def test_only_who_was_there_or_a_manager_amends(client, world):
    visit = make_inspection(world, by=world.second, officers=[world.second, world.manager])
    address = reverse("inspection_amend", args=[visit.pk])
    client.force_login(world.inspector)
    assert client.post(address, amendment(visit)).status_code == 403
    client.force_login(world.stranger)
    assert client.get(address).status_code == 404
    client.force_login(world.leader)
    assert client.get(address).status_code == 403
    client.force_login(world.manager)
    assert client.post(address, amendment(visit)).status_code == 302
