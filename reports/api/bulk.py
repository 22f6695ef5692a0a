"""Deeds done to many records at once, all or none, and undone within the hour; as in the lists of the pages."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.views import APIView

from inspections.bulk import MOST_AT_ONCE, undo
from inspections.desk.declare import all_desks
from inspections.forms.task import ReassignForm, WithdrawForm
from inspections.models import BulkChange, Task
from inspections.tasks import ListChanged, as_seen, reassign_tasks, withdraw_tasks
from reports.api.calls import answer, need, one_of
from reports.api.described import IDEMPOTENCY, OF_RECORD, OF_WRITING, described
from reports.api.entries import MOST_SAFE, as_described, as_sent, proposed_by, schema_of
from reports.api.once import once
from reports.api.problems import Malformed, Refused
from reports.api.records import with_what_stays
from reports.views.bulk import NOT_FOR_MANY, do_deed

KEY = {"type": "integer", "minimum": 1, "maximum": MOST_SAFE}
RECORDS = {
    "type": "array", "minItems": 1, "maxItems": MOST_AT_ONCE, "description": "Each with the version that was read.",
    "items": {
        "type": "object", "additionalProperties": False, "required": ["id", "version"],
        "properties": {"id": KEY, "version": KEY},
    },
}  # fmt: skip


class BulkChangeShape(serializers.Serializer):
    """What was done to many records."""

    id = serializers.IntegerField()
    label = serializers.CharField()
    count = serializers.IntegerField()
    at = serializers.DateTimeField()


class BulkChangesShape(serializers.Serializer):
    """One's own of the last hour that can be undone, the newest first."""

    results = BulkChangeShape(many=True)


class Bulk(APIView):
    """A deed of the desk done to the records named. `desk` and `deed` say which."""

    desk = deed = form_class = None

    def post(self, request):
        self.refuse_without_right()
        body = request.data
        if not isinstance(body, dict) or hasattr(body, "lists"):
            raise Malformed(_("Send one JSON object."))
        named = as_described({"records": body.get("records")}, {"properties": {"records": RECORDS}})["records"]
        asked = {one["id"]: one["version"] for one in named}
        entries = {name: value for name, value in body.items() if name != "records"}
        # Asked before: an answer given again is none for eyes from which one of them has gone.
        self.found(asked)
        return once(request, lambda: answer(BulkChangeShape(self.done(asked, entries)).data))

    def refuse_without_right(self):
        need(self.request, self.desk.right("view"))
        need(self.request, self.desk.right_for(self.deed))

    def rows(self):
        return self.desk.model.objects.visible_to(self.request.user)

    def found(self, asked) -> list:
        """The records in their order. Raises Http404 when the officer does not see all of them."""
        records = list(self.rows().filter(pk__in=asked))
        if len(records) != len(asked):
            raise Http404
        return records

    def done(self, asked, entries) -> BulkChange:
        """What came of it. Raises what the form or the verb refuses."""
        records, user = self.found(asked), self.request.user
        for record in records:
            if not (self.deed.is_possible(record) and self.deed.is_for(user, record)):
                raise ValidationError(
                    _("“%(record)s”: this can't be done with the record as it stands now.") % {"record": record}
                )
        shown = self.deed.form(record=records[0], by=user)
        sent = with_what_stays(shown, as_sent(self.form_class, entries), set(entries), proposed_by(self.form_class))
        form = self.deed.form(sent, record=records[0], by=user)
        for name in NOT_FOR_MANY:
            form.fields.pop(name, None)
        pairs = [(record, asked[record.pk]) for record in records]
        if form.is_valid() and form.applies(do_deed, records=pairs, deed=self.deed, values=form.cleaned_data, by=user):
            return form.result
        raise Refused.by(form)


class TaskBulk(Bulk):
    """Tasks given to another officer or taken back: of an inspector the own ones, as in the list of tasks."""

    verb = None

    def refuse_without_right(self):
        need(self.request, "inspections.change_task")

    def rows(self):
        return Task.objects.of_work(self.request.user).pending()

    def bind(self, data):
        return self.form_class(data, by=self.request.user)

    def done(self, asked, entries):
        tasks = self.found(asked)
        if any(task.version != asked[task.pk] for task in tasks):
            raise ListChanged
        form = self.bind(as_sent(self.form_class, entries))
        what = {"tasks": tasks, "by": self.request.user, "seen": as_seen(tasks)}
        if form.is_valid() and form.applies(self.verb, **what, **form.cleaned_data):
            return BulkChange.objects.last_undoable_by(self.request.user)
        raise Refused.by(form)


class TaskBulkReassign(TaskBulk):
    form_class, verb = ReassignForm, staticmethod(reassign_tasks)


class TaskBulkWithdraw(TaskBulk):
    form_class, verb = WithdrawForm, staticmethod(withdraw_tasks)

    def bind(self, data):
        return self.form_class(data)


class BulkChanges(APIView):
    tag, operation_ids = "bulk changes", {"get": "bulk_change_list"}

    @described(summary="What I can still undo", responses={200: BulkChangesShape})
    def get(self, request):
        mine = BulkChange.objects.undoable_by(request.user)
        return answer({"results": BulkChangeShape(mine, many=True).data})


class BulkUndo(APIView):
    tag, operation_ids = "bulk changes", {"post": "bulk_change_undo"}

    @described(
        summary="Undo it: of one's own, within the hour", parameters=[IDEMPOTENCY], request=None,
        responses={200: BulkChangeShape}, also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request, pk):
        change = one_of(BulkChange.objects.filter(by=request.user), pk)

        def act():
            undo(change, by=request.user)
            return answer(BulkChangeShape(change).data)

        return once(request, act)


def _address(name, key, base, form, label, **more):
    schema = schema_of(form, {"records": RECORDS})
    schema["required"] = ["records", *schema.get("required", ())]
    identity = {"tag": name, "operation_ids": {"post": f"{name}_bulk_{key}"}, "form_class": form}
    view = described(
        methods=["POST"], summary=f"{name}: {key.replace('_', ' ')}, many at once", description=str(label),
        request={"application/json": schema}, parameters=[IDEMPOTENCY], responses={200: BulkChangeShape},
        also=(OF_WRITING, OF_RECORD),
    )(type(f"{name}_bulk_{key}", (base,), identity | more))  # fmt: skip
    return path(f"{name}/bulk/{key}/", view.as_view(), name=f"api_{name}_bulk_{key}")


def bulk_deeds():
    """(desk, deed) of everything that a list offers for many of its records."""
    return [(desk, deed) for desk in all_desks() for deed in desk.deeds if deed.for_many]


BULK_URLS = [
    *(_address(desk.name, deed.name, Bulk, deed.form, deed.label, desk=desk, deed=deed) for desk, deed in bulk_deeds()),
    _address("task", "reassign", TaskBulkReassign, ReassignForm, _("give to somebody else")),
    _address("task", "withdraw", TaskBulkWithdraw, WithdrawForm, _("withdraw")),
    path("bulk-changes/", BulkChanges.as_view(), name="api_bulk_changes"),
    path("bulk-changes/<int:pk>/undo/", BulkUndo.as_view(), name="api_bulk_undo"),
]
