"""A laboratory's list of results: what is recognised, what is refused in words, and that nothing is written half."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from inspections import laboratory
from inspections.models import SamplingBatch
from tests.factories import make_batch
from tests.world import TODAY

HEAD = ["抽样单编号", "被抽样单位", "检验结论", "不合格项目", "报告编号", "检验日期"]
URL = "/sampling/results/"


def workbook(*rows, head=HEAD, name="结果.xlsx", above=()):
    book = Workbook()
    for row in [*above, head, *rows]:
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    return SimpleUploadedFile(name, content.getvalue())


def line(number, result="合格", items="", report="BG-1", on=TODAY):
    return [number, "某店", result, items, report, on]


@pytest.fixture
def manager(client, world):
    client.force_login(world.manager)
    client.cookies["django_language"] = "en"
    return client


def check(client, upload):
    return client.post(URL, {"workbook": upload})


def verdicts(answer):
    return [(one.row.number, one.verdict.value) for one in answer.context["judged"]]


def test_each_row_is_told_what_becomes_of_it_and_nothing_is_written(manager, world):
    for number in ("CC-1", "CC-2", "CC-3", "CC-4"):
        make_batch(world, number=number)
    SamplingBatch.objects.get(number="CC-2").void(by=world.manager, reason="重复")
    SamplingBatch.objects.get(number="CC-3").record_result(by=world.manager, passed=True, on=TODAY)
    upload = workbook(
        line("CC-1"), line("CC-2"), line("CC-3"), line("CC-4", "不合格"), line("CC-9"), line("CC-1", "不合格", "尺寸"),
        line(""), [],
    )  # fmt: skip
    answer = check(manager, upload)
    assert verdicts(answer) == [
        ("CC-1", "ok"), ("CC-2", "voided"), ("CC-3", "has_result"), ("CC-4", "unreadable"), ("CC-9", "unknown"),
        ("CC-1", "unreadable"), ("", "unreadable"),
    ]  # fmt: skip
    text = answer.content.decode()
    assert "Say which items failed" in text and "A voided batch gets no result." in text
    assert set(SamplingBatch.objects.values_list("status", flat=True)) == {"sampled", "voided", "passed"}


def test_what_was_shown_is_entered_at_once_and_the_history_names_the_file(manager, world):
    good, bad = make_batch(world, number="CC-1"), make_batch(world, number="2024002")
    above = [["某检验机构检验结果汇总表"]]
    upload = workbook(line("CC-1"), line(2024002.0, "不合格", "最高车速", "BG-2", TODAY), above=above)
    answer = check(manager, upload)
    done = manager.post(URL, {"sealed": answer.context["sealed"]}, follow=True)
    assert "2 results are entered." in done.content.decode()
    for batch in (good, bad):
        batch.refresh_from_db()
    assert (good.status, good.report_number, good.result_on) == ("passed", "BG-1", TODAY)
    assert (bad.status, bad.failed_items, bad.report_number) == ("failed", "最高车速", "BG-2")
    assert bad.history.first().history_user == world.manager
    assert "结果.xlsx" in bad.history.first().history_change_reason


def test_when_one_batch_changed_meanwhile_none_is_entered(manager, world):
    first, second = make_batch(world, number="CC-1"), make_batch(world, number="CC-2")
    sealed = check(manager, workbook(line("CC-1"), line("CC-2"))).context["sealed"]
    second.void(by=world.manager, reason="重复")
    answer = manager.post(URL, {"sealed": sealed})
    assert answer.status_code == 409 and "nothing was written" in answer.content.decode()
    first.refresh_from_db()
    assert first.status == "sampled"
    assert manager.post(URL, {"sealed": answer.context["sealed"]}).status_code == 302
    first.refresh_from_db()
    assert first.status == "passed"


def test_what_was_sealed_for_another_or_made_up_is_not_applied(manager, client, world):
    batch = make_batch(world, number="CC-1")
    sealed = check(manager, workbook(line("CC-1"))).context["sealed"]
    assert manager.post(URL, {"sealed": sealed[:-3] + "abc"}).url == reverse("sampling_results")
    client.force_login(world.clerk)
    client.post(URL, {"sealed": sealed})
    batch.refresh_from_db()
    assert batch.status == "sampled"


@pytest.mark.parametrize(
    ("written", "day"),
    [("2024-09-02", TODAY), ("2024/9/2", TODAY), ("2024年9月2日", TODAY), ("2024.9.2", TODAY), ("", None), ("九月", None),
     ("2024-13-01", None), (date(2030, 1, 1), None), (date(2024, 1, 1), None)],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(manager, world, written, day):
    make_batch(world, number="CC-1")
    judged = check(manager, workbook(line("CC-1", on=written))).context["judged"][0]
    assert judged.is_ok == (day is not None)
    if day:
        assert judged.row.day == day


def test_a_retest_after_an_objection_comes_by_the_same_list(manager, world):
    batch = make_batch(world, number="CC-1")
    batch.record_result(by=world.manager, passed=False, failed_items="尺寸", on=TODAY)
    batch.object(by=world.manager, reason="方法有异议", on=TODAY)
    answer = check(manager, workbook(line("CC-1")))
    assert verdicts(answer) == [("CC-1", "ok")]
    manager.post(URL, {"sealed": answer.context["sealed"]})
    batch.refresh_from_db()
    assert batch.status == "passed"


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (SimpleUploadedFile("a.xlsx", b"no workbook at all"), "no Excel workbook"),
        (SimpleUploadedFile("a.xls", b"\xd0\xcf\x11\xe0"), "no Excel workbook"),
        (workbook(["x", "y"], head=["一", "二"]), "No header"),
        (workbook(), "no rows"),
        (None, "Choose the file"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(manager, world, upload, said):
    answer = manager.post(URL, {"workbook": upload} if upload else {"workbook": ""})
    assert answer.status_code == 422 and said in answer.content.decode()


def test_limits_of_size_and_rows(manager, world, monkeypatch):
    monkeypatch.setattr(laboratory, "MOST_ROWS", 2)
    assert check(manager, workbook(line("1"), line("2"), line("3"))).status_code == 422
    monkeypatch.setattr(laboratory, "MOST_BYTES", 100)
    assert "over 5 MB" in check(manager, workbook(line("1"))).content.decode()
    monkeypatch.setattr(laboratory, "MOST_BYTES", 10**6)
    monkeypatch.setattr(laboratory, "MOST_UNPACKED", 100)
    assert "when unpacked" in check(manager, workbook(line("1"))).content.decode()


def test_a_formula_counts_as_its_value_and_never_runs(manager, world):
    make_batch(world, number="CC-1")
    answer = check(manager, workbook(line("CC-1", "=1+1")))
    assert verdicts(answer) == [("CC-1", "unreadable")]


def test_numbers_outside_the_scope_are_unknown(client, world):
    make_batch(world, number="CC-1")
    client.force_login(world.stranger)
    assert verdicts(check(client, workbook(line("CC-1")))) == [("CC-1", "unknown")]


def test_the_page_is_for_those_who_may_enter_results(client, world):
    assert client.get(URL).status_code == 302
    for name, status in (("manager", 200), ("clerk", 200), ("leader", 403), ("discipline", 403)):
        client.force_login(getattr(world, name))
        assert client.get(URL).status_code == status
        assert client.get(f"{URL}template/").status_code == status


def test_the_workbook_to_fill_in_lists_what_waits_and_can_be_read_back(manager, world):
    make_batch(world, number="=CC-1")
    make_batch(world, number="CC-2").void(by=world.manager, reason="重复")
    content = manager.get(f"{URL}template/").content
    sheet = load_workbook(BytesIO(content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in rows[1:]] == ["=CC-1"] and sheet["A2"].data_type == "s"
    assert verdicts(check(manager, SimpleUploadedFile("a.xlsx", content))) == [("=CC-1", "unreadable")]


def test_the_list_of_batches_leads_there(manager, world):
    assert URL in manager.get(reverse("ledger", args=["samplingbatch"])).content.decode()


def test_a_check_takes_the_same_queries_for_one_row_and_for_fifty(manager, world, django_assert_max_num_queries):
    for number in range(50):
        make_batch(world, number=f"CC-{number}")
    check(manager, workbook(line("CC-1")))
    with django_assert_max_num_queries(15):
        check(manager, workbook(*[line(f"CC-{number}") for number in range(50)]))
