"""Who may open what: one line for every address. A new address without a line here fails the test.

A line says what the officer needs (`rights`: one of them; nothing: only to be signed in), and what it is about (`of`: a record of
the first county, which officers of the other county must not even find). `own` is about a thing of one officer's, which nobody else
finds; `opens` needs nobody signed in.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """What one address asks of whoever opens it."""

    rights: tuple[str, ...] = ()
    of: str = ""
    args: tuple = ()
    post: bool = False
    own: bool = False
    opens: bool = False
    everywhere: bool = False  # an aggregate or reference: the same in every county
    form: dict = field(default_factory=dict)
    overseen: tuple[int, ...] = ()  # what the administrator of that county gets of a colleague's own thing
    covering: bool = False  # only for those who cover the whole city; in a county nobody may


def to(*rights, **more):
    return Line(rights=rights, **more)


ANYBODY, SIGNED_IN = Line(opens=True), Line()
EXPORT = "inspections.export_scope"

PAGES = {
    "healthz": ANYBODY,
    "readyz": ANYBODY,
    "metrics": ANYBODY,  # by a token of its own
    "home": SIGNED_IN,
    "bulk_undo": Line(of="bulk", own=True, post=True),
    "offline_shell": ANYBODY,
    "offline_session": ANYBODY,
    "offline_luggage": SIGNED_IN,
    "service_worker": ANYBODY,
    "manifest": ANYBODY,
    "choose_campaign": Line(post=True, form={"code": "TEST-2024"}),
    "entity_list": to("entities.view_entity"),
    "entity_create": to("entities.add_entity"),
    "entity_detail": to("entities.view_entity", of="entity"),
    "entity_edit": to("entities.change_entity", of="entity"),
    "entity_state": to("entities.change_entity", of="entity"),
    "self_check_link": to("inspections.add_selfcheck", of="entity"),
    "self_check_poster": to("inspections.add_selfcheck", of="entity"),
    "self_check_create": to("inspections.add_selfcheck", of="entity"),
    "self_check_posters": to("inspections.add_selfcheck"),
    "self_check_detail": to("inspections.view_selfcheck", of="selfcheck"),
    "self_check": Line(args=("no-such-token",), opens=True),
    "self_check_receipt": Line(args=("no-such-token",), opens=True),
    "rectification": Line(args=("no-such-token",), opens=True),
    "inspection_start": to("inspections.add_inspection"),
    "inspection_create": to("inspections.add_inspection", of="entity"),
    "inspection_transcribe": to("inspections.transcribe_inspection", of="entity"),
    "inspection_confirm": Line(rights=("inspections.add_inspection",), of="paper_visit", own=True),
    "inspection_photo": Line(
        rights=("inspections.add_inspection", "inspections.transcribe_inspection"), of="draft_uuid", own=True, post=True
    ),
    "inspection_detail": to("inspections.view_inspection", of="inspection"),
    "inspection_edit": Line(
        rights=("inspections.add_inspection", "inspections.transcribe_inspection"), of="draft", own=True
    ),
    "inspection_discard": Line(
        rights=("inspections.add_inspection", "inspections.transcribe_inspection"), of="draft", own=True
    ),
    "inspection_void": to("inspections.void_inspection", of="inspection"),
    "inspection_amend": to("inspections.void_inspection", of="inspection"),  # and whoever was there
    "document": to("inspections.view_order", of="order", args=("order",)),
    "document_word": to("inspections.view_order", of="order", args=("order",)),
    "document_number": to("inspections.change_order", of="order", args=("order",)),
    "document_scan": to("inspections.change_order", of="order", args=("order",)),
    "certificate_check": to("inspections.view_certificate"),
    "desk_entities": SIGNED_IN,
    "desk_new": to("inspections.add_lead", args=("lead",)),
    "desk_change": to("inspections.change_lead", of="lead", args=("lead",)),
    "desk_deed": to("inspections.change_lead", of="lead", args=("lead", "{pk}", "pass_on")),
    "officer_close": to("entities.change_officer", of="second"),
    "operation_detail": to("inspections.view_operation", of="operation"),
    "sampling_results": to("inspections.change_samplingbatch"),
    "sampling_results_template": to("inspections.change_samplingbatch"),
    "digest": Line(of="digest", own=True),
    "digest_read": Line(post=True, of="digest", everywhere=True),
    "task_list": to("inspections.view_task"),
    "task_assign": to("inspections.add_task"),
    "task_reassign": to("inspections.change_task"),
    "task_withdraw": to("inspections.change_task"),
    "task_progress": to("inspections.view_task"),
    "hazard_list": to("inspections.view_hazard"),
    "hazard_detail": to("inspections.view_hazard", of="hazard"),
    "hazard_rectify": to("inspections.add_rectification", of="hazard"),
    "hazard_extend": to("inspections.change_hazard", of="hazard"),
    "hazard_close": to("inspections.change_hazard", "inspections.end_hazard", of="hazard"),
    "hazard_reopen": to("inspections.end_hazard", of="hazard"),
    "rectification_link": to("inspections.add_selfcheck", of="hazard"),
    "rectification_accept": to("inspections.review_rectification", of="rectification"),
    "rectification_reject": to("inspections.review_rectification", of="rectification"),
    "evidence": Line(of="evidence"),
    "evidence_thumb": Line(of="evidence"),
    "login": ANYBODY,
    "login_code": ANYBODY,
    "logout": Line(post=True, opens=True),
    "set_language": Line(post=True, opens=True),
    "me": SIGNED_IN,
    "password_change": SIGNED_IN,
    "password_change_done": SIGNED_IN,
    "sessions_end": Line(post=True),
    "second_factor": SIGNED_IN,
    "second_factor_set_up": SIGNED_IN,
    "token_list": SIGNED_IN,
    "token_revoke": Line(of="token", own=True, post=True),
    "dashboard": SIGNED_IN,
    "dashboard_compare": SIGNED_IN,
    "dashboard_wall": SIGNED_IN,
    "dashboard_people": SIGNED_IN,
    "ledger_index": SIGNED_IN,
    "ledger": to("inspections.view_hazard", args=("hazard",)),
    "saved_filter_new": to("inspections.view_hazard", args=("hazard",)),
    "saved_filter_delete": Line(of="saved_filter", own=True, post=True),
    "ledger_bulk": to("inspections.change_lead", args=("lead", "find_unfounded")),
    "ledger_export": to("inspections.view_hazard", args=("hazard",)),
    "ledger_export_as": to("inspections.view_hazard", args=("hazard", "csv")),
    "record": to("inspections.view_lead", of="lead", args=("lead",)),
    "job_list": SIGNED_IN,
    "job": Line(of="job", own=True, overseen=(200,)),
    "job_cancel": Line(of="job", own=True, post=True, overseen=(200,)),
    "job_retry": Line(of="job", own=True, post=True),
    "job_file": Line(of="finished_job", own=True, overseen=(403,)),
    "form_list": to("reports.view_superiorform"),
    "form_new": to("reports.add_superiorform"),
    "form_detail": to("reports.view_superiorform", of="superiorform"),
    "form_block": to("reports.change_superiorform", of="superiorform"),
    "form_unbind": to("reports.change_superiorform", of="superiorform", post=True),
    "form_replace": to("reports.add_superiorform", of="superiorform"),
    "form_fill": to(EXPORT, of="superiorform"),
    "import_list": to("reports.add_import"),
    "import_template": to("reports.add_import", args=("entities",)),
    "import_detail": to("reports.add_import", of="import", own=True, overseen=(200,)),
    "import_apply": Line(rights=("reports.add_import",), of="import", own=True, post=True),
    "import_take_back": Line(rights=("reports.add_import",), of="import", own=True, post=True),
    "import_file": to("reports.add_import", of="import", own=True, overseen=(200,)),
    "import_marked": to("reports.add_import", of="import", own=True, overseen=(200,)),
    "snapshot_list": to("reports.view_snapshot"),
    "snapshot_new": to("reports.add_snapshot"),
    "snapshot": to("reports.view_snapshot", of="snapshot", everywhere=True),
    "snapshot_sign": to("reports.sign_snapshot", of="snapshot", post=True),
    "snapshot_compare": to("reports.view_snapshot", of="snapshot", everywhere=True),
    "round_list": to("reports.view_round"),
    "round_new": to("reports.add_round", covering=True),
    "round": to("reports.view_round", of="round", everywhere=True),
    "round_workbook": to(EXPORT, of="round", everywhere=True),
    "round_document": to(EXPORT, of="round", everywhere=True),
    "round_remind": to("reports.add_round", of="round", everywhere=True, post=True, covering=True),
    "round_report": to("reports.view_round", of="roundreport"),
    "round_report_deed": to("reports.change_roundreport", of="roundreport", args=("{pk}", "submit"), post=True),
    "bulletin_list": to("reports.view_bulletin"),
    "bulletin_new": to("reports.add_bulletin"),
    "bulletin": to("reports.view_bulletin", of="bulletin"),
    "bulletin_edit": to("reports.change_bulletin", of="bulletin"),
    "bulletin_check": to("reports.change_bulletin", of="bulletin"),
    "bulletin_correct": to("reports.change_bulletin", of="bulletin", post=True),
    "bulletin_propose": to("reports.change_bulletin", of="bulletin", post=True),
    "bulletin_versions": to("reports.view_bulletin", of="bulletin"),
    "bulletin_restore": to("reports.change_bulletin", of="bulletin", args=("{pk}", 1), post=True),
    "bulletin_word": to(EXPORT, of="bulletin"),
    "bulletin_review": to("reports.review_bulletin", of="bulletin", args=("{pk}", "on"), post=True),
    "office": SIGNED_IN,
    "history": to("inspections.read_history"),
    "three_lists": to("inspections.view_hazard"),
    "dispatch": SIGNED_IN,
    "instruction_list": to("inspections.view_coordinationevent"),
    "watch": SIGNED_IN,
    "summary_workbook": to(EXPORT),
}
