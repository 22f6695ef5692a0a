"""What the API lets an officer do with records: each operation is a form of the pages and the verb that it feeds."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from entities.forms import EntityForm, SeenForm
from entities.models import Entity
from inspections.desk.declare import all_desks
from inspections.documents import DOCUMENTS, attach_scan, give_number, visit_of
from inspections.forms.confirm import ConfirmForm
from inspections.forms.document import AmendForm, NumberForm, ScanForm
from inspections.forms.entity_state import EntityStateForm
from inspections.forms.hazard import AcceptForm, CloseForm, ExtendForm, RectifyForm, RejectForm, ReopenForm
from inspections.forms.inspection_void import VoidForm
from inspections.forms.task import ReassignForm, WithdrawForm
from inspections.models import Hazard, Inspection, InspectionStatus, Rectification, Task
from inspections.tasks import reassign_tasks, withdraw_tasks
from inspections.views.visit import confirm
from reports.models import RoundReport
from reports.rounds.sheet import Sheet
from reports.views.round import SendBackForm, SubmitForm, may_judge, may_report

NEW, CHANGE = "new", "change"


@dataclass
class Call:
    """One call: who, in which campaign, about which record, with which entries."""

    by: models.Model
    campaign: models.Model | None
    record: models.Model | None = None
    data: object = None
    files: object = None
    given: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """Something that the API does with one kind of record.

    `bind` makes the form from the call, without data one that shows what stays; `act` hands it to the verb and says whether that
    was done. `rights` are those of which the officer needs one, `may` narrows them by the record; `origins` are records by which a new
    one begins; `offered` says whether the record stands so that it can be done.
    """

    model: type[models.Model]
    name: str
    label: str | Promise
    form: type
    rights: tuple[str, ...]
    bind: Callable[[Call], object]
    act: Callable[[object, Call], bool]
    origins: tuple[str, ...] = ()
    offered: Callable[[models.Model], bool] = lambda record: True
    may: Callable[[models.Model, models.Model], bool] = lambda officer, record: True
    rows: Callable[[models.QuerySet], models.QuerySet] = lambda rows: rows

    def is_allowed(self, officer) -> bool:
        return any(officer.has_perm(right) for right in self.rights)


def _seen(model, key, officer):
    if isinstance(key, bool) or not str(key).isdecimal() or len(str(key)) > 18:
        raise ValidationError(_("This names no record."))
    return get_object_or_404(model.objects.visible_to(officer), pk=key)


def origin_of(operation, name, key, officer):
    """The record that a new one begins at; Http404 outside the officer's scope."""
    return _seen(operation.model._meta.get_field(name).related_model, key, officer)


def _of_desk(desk):
    """Making, changing and moving on, as the desk's pages do it."""
    if desk.form is not None:
        origins = desk.form.origins
        yield Operation(
            desk.model, NEW, _("enter"), desk.form, (desk.right("add"),),
            lambda call: desk.form(call.data, call.files, by=call.by, campaign=call.campaign, given=call.given),
            lambda form, call: form.saves(), origins=origins,
        )  # fmt: skip
        yield Operation(
            desk.model, CHANGE, _("change"), desk.form, (desk.right("change"),),
            lambda call: desk.form(call.data, call.files, instance=call.record, by=call.by),
            lambda form, call: form.saves(), offered=desk.changeable,
        )  # fmt: skip
    for deed in desk.deeds:
        yield _deed(desk, deed)


def _deed(desk, deed):
    return Operation(
        desk.model, deed.name, deed.label, deed.form, (desk.right_for(deed),),
        lambda call: deed.form(call.data, call.files, record=call.record, by=call.by),
        lambda form, call: form.does(deed, by=call.by), offered=deed.is_possible,
    )  # fmt: skip


def _verb(model, name, label, form, right, verb, *, of=lambda record: record, **kwargs):
    """A form of one record (or of what it belongs to) whose entries are the verb's."""
    return Operation(
        model, name, label, form, (right,),
        lambda call: form(call.data, record=of(call.record)),
        lambda bound, call: bound.applies(getattr(call.record, verb), by=call.by, **bound.cleaned_data), **kwargs,
    )  # fmt: skip


def _hazard_of(attempt):
    return attempt.hazard


def _many(form, verb):
    """A deed of the list of tasks, done to one."""

    def act(bound, call):
        return bound.applies(verb, tasks=[call.record], by=call.by, seen=None, **bound.cleaned_data)

    return act


def _void(form, call):
    try:
        with transaction.atomic():
            call.record.void(by=call.by, reason=form.cleaned_data["void_reason"])
    except ValidationError as error:
        form.place_errors(error)
        return False
    return True


def _amend(form, call):
    return form.applies(call.record.amend, by=call.by, reason=form.cleaned_data["reason"], **form.changes())


def _numbered(document):
    model = document.model
    name = model._meta.model_name
    return Operation(
        model, "number", _("give the paper its number"), NumberForm, (f"inspections.change_{name}",),
        lambda call: NumberForm(call.data, record=call.record, number=document.number_of(call.record)),
        lambda form, call: form.applies(
            give_number, document=document, record=call.record, by=call.by, **form.entries()
        ),
        offered=_has_paper,
    )  # fmt: skip


def _scanned(document):
    model = document.model
    return Operation(
        model, "scan", _("attach a scan"), ScanForm, (f"inspections.change_{model._meta.model_name}",),
        lambda call: ScanForm(call.data, call.files, record=call.record, is_served=document.is_served),
        lambda form, call: form.applies(attach_scan, record=call.record, by=call.by, **form.entries()),
        offered=_has_paper,
    )  # fmt: skip


def _has_paper(record) -> bool:
    visit = visit_of(record)
    return visit is None or visit.status in NUMBERED


NUMBERED = (InspectionStatus.SUBMITTED, InspectionStatus.VOIDED)

OF_PAGES = (
    Operation(
        Entity, NEW, _("enter"), EntityForm, ("entities.add_entity",),
        lambda call: EntityForm(call.data, by=call.by), lambda form, call: form.saves(by=call.by),
    ),
    Operation(
        Entity, CHANGE, _("change"), EntityForm, ("entities.change_entity",),
        lambda call: EntityForm(call.data, instance=call.record, by=call.by),
        lambda form, call: form.saves(by=call.by),
    ),
    Operation(
        Entity, "state", _("closed, moved, or open again"), EntityStateForm, ("entities.change_entity",),
        lambda call: EntityStateForm(call.data, entity=call.record),
        lambda form, call: form.applies(call.record.change_state, by=call.by, **form.cleaned_data),
    ),
    Operation(
        Inspection, "void", _("void"), VoidForm, ("inspections.void_inspection",),
        lambda call: VoidForm(call.data), _void, rows=lambda rows: rows.submitted(),
        offered=lambda visit: visit.status == InspectionStatus.SUBMITTED,
    ),
    Operation(
        Inspection, "amend", _("amend"), AmendForm, ("inspections.amend_inspection",),
        lambda call: AmendForm(call.data, visit=call.record, by=call.by), _amend, rows=lambda rows: rows.submitted(),
        offered=lambda visit: visit.status == InspectionStatus.SUBMITTED,
    ),
    Operation(
        Inspection, "confirm", _("say whether it is what the paper says"), ConfirmForm, ("inspections.add_inspection",),
        lambda call: ConfirmForm(call.data),
        lambda form, call: form.judge(call.record, by=call.by, confirm=confirm),
        offered=lambda visit: visit.status == InspectionStatus.AWAITING_CONFIRMATION,
    ),
    Operation(
        Hazard, "rectify", _("record the rectification"), RectifyForm, ("inspections.add_rectification",),
        lambda call: RectifyForm(call.data, call.files), lambda form, call: form.submit(call.record, by=call.by),
    ),
    _verb(Hazard, "extend", _("extend the deadline"), ExtendForm, "inspections.change_hazard", "extend"),
    _verb(Hazard, "reopen", _("open it again"), ReopenForm, "inspections.end_hazard", "reopen"),
    Operation(
        Hazard, "close", _("hand over, end or withdraw"), CloseForm,
        ("inspections.change_hazard", "inspections.end_hazard"),
        lambda call: CloseForm(call.data, call.files, hazard=call.record, by=call.by),
        lambda form, call: form.close(call.record, by=call.by),
    ),
    _verb(Rectification, "accept", _("accept after re-inspection"), AcceptForm, "inspections.review_rectification",
          "accept", of=_hazard_of),
    _verb(Rectification, "reject", _("reject after re-inspection"), RejectForm, "inspections.review_rectification",
          "reject", of=_hazard_of),
    Operation(
        Task, "reassign", _("give to somebody else"), ReassignForm, ("inspections.change_task",),
        lambda call: ReassignForm(call.data, by=call.by), _many(ReassignForm, reassign_tasks),
        rows=lambda rows: rows.pending(),
    ),
    Operation(
        Task, "withdraw", _("withdraw"), WithdrawForm, ("inspections.change_task",),
        lambda call: WithdrawForm(call.data), _many(WithdrawForm, withdraw_tasks), rows=lambda rows: rows.pending(),
    ),
)  # fmt: skip


def _report(form, call):
    report = call.record
    has_records = Sheet(report.round).has_records(report)
    return form.applies(report.submit, by=call.by, has_records=has_records, **form.cleaned_data)


def _approve(form, call):
    figures = Sheet(call.record.round).figures_of(call.record)
    return form.applies(call.record.approve, by=call.by, figures=figures, **form.cleaned_data)


OF_ROUNDS = (
    Operation(
        RoundReport, "submit", _("report"), SubmitForm, ("reports.change_roundreport",),
        lambda call: SubmitForm(call.data, record=call.record), _report, may=may_report,
    ),
    Operation(
        RoundReport, "return", _("send back"), SendBackForm, ("reports.add_round",),
        lambda call: SendBackForm(call.data, record=call.record),
        lambda form, call: form.applies(call.record.send_back, by=call.by, **form.cleaned_data),
        may=lambda officer, report: may_judge(officer, report.round),
    ),
    Operation(
        RoundReport, "approve", _("approve"), SeenForm, ("reports.add_round",),
        lambda call: SeenForm(call.data, record=call.record), _approve,
        may=lambda officer, report: may_judge(officer, report.round),
    ),
)  # fmt: skip


def operations_on(model) -> dict[str, Operation]:
    """Everything that can be done with that kind of record, by its name in the address."""
    found = [operation for operation in (*OF_PAGES, *OF_ROUNDS) if operation.model is model]
    found += [operation for desk in all_desks() if desk.model is model for operation in _of_desk(desk)]
    for document in DOCUMENTS.values():
        if document.model is model:
            found += [_numbered(document), _scanned(document)]
    return {operation.name: operation for operation in found}
