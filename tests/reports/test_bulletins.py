"""Bulletins: proposed from the figures, edited, compared with the records, read by others, set as Word."""

import json
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from entities.models import Officer
from reports.bulletins.check import corrected, edited, findings
from reports.bulletins.facts import collected
from reports.bulletins.numbers import find_numbers
from reports.bulletins.rules import proposed
from reports.indicators import indicator
from reports.models import Bulletin, BulletinVersion
from reports.models.snapshot import Frozen
from tests.factories import make_hazard, make_inspection, rectify
from tests.office import make_bulletin
from tests.time_limit import processor_seconds

PUBLISHED = Path(__file__).parent.parent.parent / "reports" / "data" / "campaign_figures.json"
NEW = {"kind": "bulletin", "region": "431102", "since": "2024-05-01", "until": "2024-09-02", "as_of": "2024-09-02"}


@pytest.fixture
def clerk(client, world):
    client.force_login(world.clerk)
    return client


@pytest.fixture
def bulletin(world):
    hazard = make_hazard(world)
    rectify(world, hazard)
    make_hazard(world, inspection=hazard.inspection, description="无警示标识")
    return make_bulletin(world)


def words(bulletin):
    return "\n".join(section["words"] for section in bulletin.current.text["sections"])


def type_in(client, bulletin, old, new, **changes):
    """Save the text with some of its words replaced."""
    text = bulletin.current.text
    sections = {section["key"]: section["words"].replace(old, new) for section in text["sections"]}
    data = {"title": text["title"], "version": bulletin.version} | sections | changes
    return client.post(reverse("bulletin_edit", args=[bulletin.pk]), data)


def test_a_new_one_proposes_its_text_from_the_figures(clerk, bulletin, world):
    response = clerk.post("/bulletins/new/", NEW, follow=True)
    made = Bulletin.objects.first()
    assert (made.number, made.current.number, made.unit) == (2, 1, world.clerk.unit)
    assert "检查生产、销售单位1家次" in words(made)
    assert "发现问题隐患2处，已整改到位1处，整改率50%" in words(made)
    page = response.content.decode()
    assert "/ledgers/inspection/?" in page
    assert findings(made.current.text, made.current.figures) == []


@pytest.mark.parametrize(("changes", "field"), [
    ({"until": "2024-04-01"}, "until"), ({"as_of": "2024-09-01"}, "as_of"), ({"as_of": "2030-01-01"}, "as_of"),
    ({"since": "2024-01-01"}, "since"), ({"kind": "monthly"}, "since"), ({"region": "431103"}, "region"),
    ({"since": "soon"}, "since"), ({"number": "0"}, "number"),
])  # fmt: skip
def test_a_wrong_entry_is_told_beside_its_field(changes, field, clerk):
    response = clerk.post("/bulletins/new/", NEW | changes)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Bulletin.objects.exists()


def test_a_figure_that_changed_since_is_named_and_put_right(clerk, bulletin, world):
    make_inspection(world)
    page = clerk.get(reverse("bulletin_check", args=[bulletin.pk]))
    wrong = page.context["findings"]
    assert {(one.number.text, one.now) for one in wrong} >= {("1", "2")}
    clerk.post(reverse("bulletin_correct", args=[bulletin.pk]), {"version": bulletin.version})
    bulletin.refresh_from_db()
    assert "检查生产、销售单位2家次" in words(bulletin)
    assert findings(bulletin.current.text, collected(bulletin)) == []
    assert bulletin.versions.count() == 2


@pytest.mark.parametrize(("old", "new", "told"), [
    ("检查生产、销售单位1家次", "检查生产、销售单位3家次", {("3", "1")}),
    ("检查生产、销售单位1家次", "检查生产、销售单位１家次", set()),
    ("检查生产、销售单位1家次", "共检查生产和销售单位1家次", set()),
    ("整改率50%", "整改率60%", {("60%", "50%")}),
    ("现将有关情况报告如下：", "2024年9月2日，依据湘发〔2024〕12号文件，报告如下：", set()),
    ("现将有关情况报告如下：", "出动9988人，报告如下：", {("9988", "")}),
])  # fmt: skip
def test_an_edited_number_is_compared_with_its_indicator(old, new, told, clerk, bulletin):
    response = type_in(clerk, bulletin, old, new)
    assert response.status_code == 302
    assert new in words(bulletin)
    wrong = findings(bulletin.current.text, bulletin.current.figures)
    assert {(one.number.text, one.now) for one in wrong} == told


def test_money_in_ten_thousands_is_the_same_figure(bulletin):
    figures = bulletin.current.figures | {"values": bulletin.current.figures["values"] | {"fines_amount": "131500"}}
    text = bulletin.current.text
    section = {
        "key": "x",
        "head": "",
        "words": "罚款13.15万元，即131,500元，合131500元。",
        "stated": ["fines_amount"] * 3,
    }
    assert findings(text | {"sections": [section]}, figures) == []
    other = section | {"words": "罚款14.2万元。", "stated": ["fines_amount"]}
    (wrong,) = findings(text | {"sections": [other]}, figures)
    assert wrong.now == "13.15万"
    assert corrected(text | {"sections": [other]}, figures)["sections"][0]["words"] == "罚款13.15万元。"


@pytest.mark.parametrize(
    "written", ["1." + "0" * 40 + "万", "0." + "3" * 40 + "亿元", "9" * 5000 + "万", "1" * 5000 + "余"]
)
def test_a_number_of_any_length_is_compared(written, clerk, bulletin):
    response = type_in(clerk, bulletin, "现将有关情况报告如下：", f"出动{written}，报告如下：")
    assert response.status_code == 302
    assert clerk.get(response["Location"]).status_code == 200
    assert len(findings(bulletin.current.text, bulletin.current.figures)) == 1


@pytest.mark.parametrize("sign", ["1", "a/"])
def test_numbers_are_found_in_a_text_of_nothing_else(sign):
    """As long as one section may be."""
    with processor_seconds(1):
        assert len(find_numbers(sign * (20_000 // len(sign)))) == (sign == "1")


@pytest.mark.parametrize("place", ["9" * 5000, "٣", "-1", "99"])
def test_a_number_that_is_not_there_is_not_corrected(place, clerk, bulletin):
    before = words(bulletin)
    key = bulletin.current.text["sections"][0]["key"]
    url, version = reverse("bulletin_correct", args=[bulletin.pk]), bulletin.version
    assert clerk.post(url, {"version": version, "number": f"{key}.{place}"}).status_code == 302
    assert words(bulletin) == before


def test_what_was_edited_keeps_its_figures(bulletin):
    text = bulletin.current.text
    again = edited(text, "新标题", {section["key"]: section["words"] for section in text["sections"]})
    assert again == text | {"title": "新标题"}


def test_a_second_editor_is_told_and_loses_nothing(clerk, bulletin):
    seen = bulletin.version
    type_in(clerk, bulletin, "现将有关情况报告如下：", "甲写的。")
    response = type_in(clerk, bulletin, "甲写的。", "乙写的。", version=seen)
    assert response.status_code == 409
    assert "乙写的。" in response.content.decode()
    assert "甲写的。" in words(bulletin)
    assert bulletin.versions.count() == 2


def test_versions_are_never_changed_and_an_earlier_one_comes_back_as_a_new_one(clerk, bulletin):
    type_in(clerk, bulletin, "现将有关情况报告如下：", "甲写的。")
    first = bulletin.versions.get(number=1)
    assert issubclass(BulletinVersion, Frozen)
    for change in (first.save, first.delete, lambda: BulletinVersion.objects.update(note="x")):
        with pytest.raises(ValidationError):
            change()
    page = clerk.get(reverse("bulletin_versions", args=[bulletin.pk]), {"from": 1, "to": 2}).content.decode()
    assert "<ins>甲写的" in page
    assert "<del>现将有关情况报告如下" in page
    bulletin.refresh_from_db()
    clerk.post(reverse("bulletin_restore", args=[bulletin.pk, 1]), {"version": bulletin.version})
    assert bulletin.versions.count() == 3
    assert bulletin.current.text == first.text


def test_it_is_read_by_three_others_and_meanwhile_not_changed(clerk, bulletin, world):
    check = reverse("bulletin_check", args=[bulletin.pk])
    make_inspection(world)
    assert clerk.post(check, {"version": bulletin.version}).status_code == 422
    assert clerk.post(check, {"confirmed": "1"}).status_code == 422
    assert clerk.post(check, {"confirmed": "1", "version": bulletin.version}).status_code == 302
    bulletin.refresh_from_db()
    assert not bulletin.is_open
    assert type_in(clerk, bulletin, "现将有关情况报告如下：", "甲写的。").status_code == 302
    assert bulletin.versions.count() == 1
    on = reverse("bulletin_review", args=[bulletin.pk, "on"])
    assert clerk.post(on).status_code == 403
    for deed in ("pass_on", "send_back"):
        around = reverse("desk_deed", args=["coordinationevent", bulletin.event.pk, deed])
        assert clerk.post(around, {"reason": "绕过", "version": bulletin.event.version}).status_code != 302
    clerk.force_login(world.manager)
    seen = {"version": bulletin.version}
    assert clerk.post(reverse("bulletin_review", args=[bulletin.pk, "back"]), {"reason": ""} | seen).status_code == 422
    assert clerk.post(on).status_code == 409
    for reader in (world.manager, world.leader, world.administrator):
        clerk.force_login(reader)
        assert clerk.post(on, seen).status_code == 302
    bulletin.event.refresh_from_db()
    assert bulletin.event.status == "final"
    assert list(Bulletin.objects.issued()) == [bulletin]


def test_whoever_wrote_at_it_does_not_read_it_and_its_title_goes_along(bulletin, world):
    text = bulletin.current.text
    bulletin.send(by=world.clerk, title=text["title"])
    bulletin.send_back(by=world.leader, reason="改标题")
    bulletin.write(by=world.manager, text=text | {"title": "新标题"}, figures=bulletin.current.figures)
    bulletin.send(by=world.clerk, title="新标题")
    assert bulletin.event.title == "新标题"
    with pytest.raises(ValidationError):
        bulletin.pass_on(by=world.manager)
    bulletin.pass_on(by=world.leader)


def test_the_next_one_tells_what_changed(clerk, bulletin, world):
    bulletin.send(by=world.clerk, title="简报")
    for reader in (world.manager, world.leader, world.administrator):
        bulletin.pass_on(by=reader)
    earlier = Bulletin.objects.get()
    Bulletin.objects.filter(pk=earlier.pk).update(until="2024-08-30", as_of="2024-08-30")
    make_inspection(world)
    later = make_bulletin(world)
    assert later.current.figures["values"]["inspections.more"] == "1"
    assert "增加1" in words(later)


def test_who_may(client, bulletin, world):
    pages = [reverse(name, args=[bulletin.pk]) for name in ("bulletin", "bulletin_versions", "bulletin_word")]
    assert all(client.get(url).status_code == 302 for url in pages)
    client.force_login(world.stranger)
    assert all(client.get(url).status_code in (403, 404) for url in pages)
    client.force_login(world.inspector)
    assert [client.get(url).status_code for url in pages] == [200, 200, 403]
    for name in ("bulletin_edit", "bulletin_check", "bulletin_correct", "bulletin_propose"):
        assert client.post(reverse(name, args=[bulletin.pk])).status_code == 403
    assert client.get("/bulletins/new/").status_code == 403
    client.force_login(world.leader)
    assert [client.get(url).status_code for url in pages] == [200, 200, 200]


def document(client, bulletin):
    response = client.get(reverse("bulletin_word", args=[bulletin.pk]))
    return Document(BytesIO(b"".join(response.streaming_content)))


def test_the_word_file_is_set_as_official_documents_are(clerk, bulletin):
    written = document(clerk, bulletin)
    section = written.sections[0]
    margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert [round(margin / Mm(1)) for margin in margins] == [37, 35, 28, 26]
    body = next(one for one in written.paragraphs if "现将有关情况报告如下" in one.text)
    style = body.style.base_style
    assert (style.font.size, style.paragraph_format.line_spacing) == (Pt(16), Pt(28))
    assert "仿宋" in style.element.rPr.rFonts.get(qn("w:eastAsia"))
    assert any(one.text.startswith("一、局企联通") for one in written.paragraphs)
    assert len(written.tables) >= 1


def agrees(published, value):
    """Whether it is the published figure, or lies where the published words put it."""
    if "value" in published:
        return value == Decimal(str(published["value"]))
    return published["value_at_least"] <= value < published["value_below"]


def test_the_demonstration_campaign_carries_every_published_figure(demo_city, client):
    by = Officer.objects.get(username="clerk")
    made = Bulletin(
        campaign=demo_city, kind="bulletin", region=demo_city.region, since=demo_city.starts_on,
        until=demo_city.ends_on, as_of=demo_city.ends_on,
    )  # fmt: skip
    made.begin(by=by, facts_of=collected, propose=proposed)
    facts = {figure["key"]: figure for figure in json.loads(PUBLISHED.read_text())["figures"]}
    stated = {}
    for section in made.current.text["sections"]:
        stated |= dict(zip(section["stated"], find_numbers(section["words"]), strict=True))
    assert len(facts) >= 33
    for key, figure in facts.items():
        assert agrees(figure, stated[key].bare * stated[key].scale), figure
    client.force_login(by)
    written = document(client, made)
    body = "\n".join(one.text for one in written.paragraphs)
    assert all(section["words"].split("\n")[0] in body for section in made.current.text["sections"] if section["words"])
    with translation.override("zh-hans"):
        rows = {row.cells[0].text: row.cells[2].text for row in written.tables[-1].rows}
        told = {key: rows[str(indicator(key).label)].rstrip("%") for key in facts}
    assert all(agrees(facts[key], Decimal(text.replace(",", ""))) for key, text in told.items())
