"""Every operation of the API, every role, two counties: what it needs is declared with it, what else there is stands here."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from inspections.documents import DOCUMENTS
from reports.api.bulk import bulk_deeds
from reports.api.operations import CHANGE, NEW, operations_on
from reports.ledgers import LEDGERS
from tests.access.city import HERE
from tests.access.table import EXPORT, SIGNED_IN, Line, to
from tests.access.test_pages import expected
from yongzhou_ebike.api import urlpatterns

# (method, name of the address): what it needs. What is done with records is read from its declaration below.
OTHERS = {
    ("get", "api_schema"): SIGNED_IN,
    ("get", "api_docs"): SIGNED_IN,
    ("get", "api_me"): SIGNED_IN,
    ("get", "api_tokens"): SIGNED_IN,
    ("post", "api_token_new"): Line(opens=True),
    ("delete", "api_token"): Line(of="token", own=True),
    ("get", "api_campaigns"): to("inspections.view_campaign"),
    ("get", "api_regions"): to("entities.view_region"),
    ("get", "api_units"): to("entities.view_unit"),
    ("get", "api_departments"): to("entities.view_department"),
    ("get", "api_officers"): to("entities.view_officer"),
    ("get", "api_checklist-items"): to("inspections.view_checklistitem"),
    ("get", "api_figures"): SIGNED_IN,
    ("get", "api_snapshots"): to("reports.view_snapshot"),
    ("post", "api_snapshots"): to("reports.add_snapshot"),
    ("get", "api_snapshot"): to("reports.view_snapshot", of="snapshot", everywhere=True),
    ("post", "api_snapshot_sign"): to("reports.sign_snapshot", of="snapshot"),
    ("get", "api_jobs"): SIGNED_IN,
    ("post", "api_jobs"): SIGNED_IN,
    ("get", "api_job"): Line(of="job", own=True, overseen=(200,)),
    ("post", "api_job_cancel"): Line(of="job", own=True, overseen=(200,)),
    ("post", "api_job_retry"): Line(of="job", own=True),
    ("get", "api_job_file"): Line(of="finished_job", own=True, overseen=(403,)),
    ("get", "api_evidence_file"): Line(of="evidence"),
    ("get", "api_history"): to("inspections.read_history"),
    ("get", "api_imports"): to("reports.add_import"),
    ("post", "api_imports"): to("reports.add_import"),
    ("get", "api_import"): to("reports.add_import", of="import", own=True, overseen=(200,)),
    ("get", "api_import_template"): to("reports.add_import", args=("entities",)),
    ("get", "api_import_file"): to("reports.add_import", of="import", own=True, overseen=(200,)),
    ("get", "api_import_marked"): to("reports.add_import", of="import", own=True, overseen=(200,)),
    ("post", "api_import_apply"): to("reports.add_import", of="import", own=True),
    ("post", "api_import_take_back"): to("reports.add_import", of="import", own=True),
    ("get", "api_bulletins"): to("reports.view_bulletin"),
    ("post", "api_bulletins"): to("reports.add_bulletin"),
    ("get", "api_bulletin"): to("reports.view_bulletin", of="bulletin"),
    ("patch", "api_bulletin"): to("reports.change_bulletin", of="bulletin"),
    ("get", "api_bulletin_versions"): to("reports.view_bulletin", of="bulletin"),
    ("get", "api_bulletin_word"): to(EXPORT, of="bulletin"),
    ("post", "api_bulletin_send"): to("reports.change_bulletin", of="bulletin"),
    ("post", "api_bulletin_correct"): to("reports.change_bulletin", of="bulletin"),
    ("post", "api_bulletin_propose"): to("reports.change_bulletin", of="bulletin"),
    ("post", "api_bulletin_restore"): to("reports.change_bulletin", of="bulletin"),
    ("post", "api_bulletin_pass_on"): to("reports.review_bulletin", of="bulletin"),
    ("post", "api_bulletin_send_back"): to("reports.review_bulletin", of="bulletin"),
    ("get", "api_rounds"): to("reports.view_round"),
    ("post", "api_rounds"): to("reports.add_round", covering=True),
    ("get", "api_round"): to("reports.view_round", of="round", everywhere=True),
    ("post", "api_round_remind"): to("reports.add_round", of="round", everywhere=True, covering=True),
    ("get", "api_round_xlsx"): to(EXPORT, of="round", everywhere=True),
    ("get", "api_round_docx"): to(EXPORT, of="round", everywhere=True),
    ("get", "api_saved_filters"): SIGNED_IN,
    ("post", "api_saved_filters"): SIGNED_IN,
    ("delete", "api_saved_filter"): Line(of="saved_filter", own=True),
    ("get", "api_forms"): to("reports.view_superiorform"),
    ("post", "api_forms"): to("reports.add_superiorform"),
    ("get", "api_form"): to("reports.view_superiorform", of="superiorform"),
    ("post", "api_form_replace"): to("reports.add_superiorform", of="superiorform"),
    ("post", "api_form_bind"): to("reports.change_superiorform", of="superiorform"),
    ("post", "api_form_unbind"): to("reports.change_superiorform", of="superiorform"),
    ("post", "api_form_fill"): to(EXPORT, of="superiorform"),
    ("get", "api_snapshot_compare"): to("reports.view_snapshot", of="snapshot", everywhere=True),
    ("post", "api_task_bulk_reassign"): to("inspections.change_task"),
    ("post", "api_task_bulk_withdraw"): to("inspections.change_task"),
    ("get", "api_bulk_changes"): SIGNED_IN,
    ("post", "api_bulk_undo"): Line(of="bulk", own=True),
    ("post", "api_sampling_results"): to("inspections.change_samplingbatch"),
    ("get", "api_sampling_template"): to("inspections.change_samplingbatch"),
    ("get", "api_certificate_check"): to("inspections.view_certificate"),
    ("post", "api_self_check_link"): to("inspections.add_selfcheck", of="entity"),
    ("get", "api_self_check_poster"): to("inspections.add_selfcheck", of="entity"),
    ("post", "api_rectification_link"): to("inspections.add_selfcheck", of="hazard"),
    ("get", "api_sheet_three_lists_xlsx"): to(EXPORT),
    ("get", "api_sheet_three_lists_docx"): to(EXPORT),
    ("get", "api_sheet_watch_xlsx"): to(EXPORT),
    ("get", "api_sheet_watch_docx"): to(EXPORT),
    ("get", "api_sheet_dispatch_xlsx"): to(EXPORT),
    ("get", "api_sheet_dispatch_docx"): to(EXPORT),
    ("get", "api_sheet_summary_xlsx"): to(EXPORT),
    ("post", "api_officer_close"): to("entities.change_officer", of="second"),
    ("get", "api_digests"): SIGNED_IN,
    ("post", "api_digest_read"): Line(of="digest", own=True),
    ("get", "api_task_progress"): to("inspections.view_task"),
    ("delete", "api_draft"): Line(
        rights=("inspections.add_inspection", "inspections.transcribe_inspection"), of="draft", own=True
    ),
    ("get", "api_nothing"): Line(opens=True),
    ("post", "api_inspection_list"): to("inspections.add_inspection", "inspections.transcribe_inspection"),
    ("post", "api_selfcheck_list"): to("inspections.add_selfcheck"),
    ("post", "api_task_list"): to("inspections.add_task"),
}


def declared():
    """The lines of every operation on records."""
    for ledger in LEDGERS:
        name, operations = ledger.name, operations_on(ledger.model)
        yield ("get", f"api_{name}_list"), to(ledger.permission)
        yield ("get", f"api_{name}"), to(ledger.permission, of=name)
        for key, operation in operations.items():
            line = Line(rights=operation.rights, of="" if key == NEW else name)
            if key == NEW:
                yield ("post", f"api_{name}_list"), line
            elif key == CHANGE:
                yield ("patch", f"api_{name}"), line
            else:
                yield ("post", f"api_{name}_{key}"), line

    for document in DOCUMENTS.values():
        name = document.model._meta.model_name
        yield ("get", f"api_{name}_paper"), to(f"inspections.view_{name}", of=name)
    for desk, deed in bulk_deeds():
        yield ("post", f"api_{desk.name}_bulk_{deed.name}"), to(desk.right_for(deed))


LINES = OTHERS | dict(declared())
# Only who covers the whole round judges its reports: in this city nobody of a county.
for deed in ("return", "approve"):
    LINES["post", f"api_roundreport_{deed}"] = to("reports.add_round", of="roundreport", covering=True)


def operations():
    for url in urlpatterns:
        view = getattr(url.callback, "cls", None)
        methods = [m for m in ("get", "post", "patch", "put", "delete") if view and hasattr(view, m)] or ["get"]
        yield from ((method, url.name) for method in methods)


def test_every_operation_has_its_line():
    assert set(operations()) == set(LINES)


@pytest.mark.parametrize(("method", "name"), sorted(LINES), ids=lambda part: part)
def test_an_operation_opens_to_those_of_its_line_only(city, settings, method, name):
    line = LINES[method, name]
    args = [city.things[line.of]] if line.of else line.args
    url, wrong = reverse(name, args=args), []

    def opened(client):
        headers = {"If-Match": '"0"'} if method == "patch" else {}
        code = getattr(client, method)(url, {} if method != "get" else None, format="json", headers=headers).status_code
        assert code < 500
        return code if code in (401, 403, 404) else 200

    assert line.opens or opened(APIClient()) == 401
    for (role, county), officer in city.people.items():
        wanted = expected(line, officer, county)
        if line.covering and county != HERE:
            wanted = {403, 404}
        if line.of and county == HERE and not line.own and wanted == {200}:
            wanted = {200, 404} if method == "post" else {200}  # of what stands otherwise the deed may have no record
        if not line.opens and (got := opened(city.browser_of((role, county), APIClient))) not in wanted:
            wrong.append((role, county, got, wanted))
    assert not wrong, f"{method} {name}: {wrong}"
