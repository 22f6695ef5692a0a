"""The records: each kind at its own addresses, read as its ledger shows it, written by its operations."""

from django.db.models import Q
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.views import APIView

from entities.models import Entity
from entities.paging import Count, KeyPage
from inspections.models import Inspection, InspectionStatus
from reports.api.bodies import BoundedJSONParser
from reports.api.calls import CAMPAIGN, answer, campaign_of, etag_of, one_of, version_asked
from reports.api.described import IDEMPOTENCY, IF_MATCH, OF_RECORD, OF_WRITING, Suggestion, described, page_of
from reports.api.entries import as_sent, as_shown, multipart_of, proposed_by, schema_of
from reports.api.once import once
from reports.api.operations import CHANGE, NEW, Call, operations_on, origin_of
from reports.api.problems import Malformed, Refused, VersionNeeded
from reports.api.shapes import shape_of
from reports.ledgers import LEDGERS
from reports.selection import Selection

PAGE_ROWS, MOST_ROWS = 50, 200


class Records(APIView):
    """One kind of record. `declared` is its ledger, `shape` its serializer."""

    declared = shape = operation = None
    parser_classes = (BoundedJSONParser, MultiPartParser)

    def rows(self):
        """The records of that kind that the officer may see, whatever their campaign; of drafts of visits only the own ones."""
        rows = self.declared.model.objects.visible_to(self.request.user)
        if self.declared.model is Inspection:
            rows = rows.exclude(~Q(created_by=self.request.user), status=InspectionStatus.DRAFT)
        return rows

    def record(self, pk, rows=None):
        """The record, of those rows or of all that the officer sees. Raises Http404 for none of them."""
        return one_of(self.rows() if rows is None else rows, pk)

    def may_look(self):
        if not self.request.user.has_perm(self.declared.permission):
            raise PermissionDenied

    def told(self, record, *, status=200, **headers):
        """The record as it stands now, with its ETag."""
        record = self.declared.model._base_manager.get(pk=record.pk)
        return answer(self.shape(record).data, status=status, ETag=etag_of(record), **headers)

    def do(self, operation, record=None):
        """Do the operation once, with what was sent. Raises what the form or the verb refuses."""
        user, request = self.request.user, self.request
        if not operation.is_allowed(user):
            raise PermissionDenied
        call = Call(user, getattr(record, "campaign", None) or campaign_of(request), record)
        if record is not None:
            record.lock(version_asked(request))
        call.given, sent, files = self._sent(operation)
        shown = operation.bind(call)
        stays = None if operation.name == CHANGE else proposed_by(operation.form)
        sent = with_what_stays(shown, sent, set(request.data), stays)
        if "version" in shown.fields and shown.initial.get("version") is not None:
            sent["version"] = shown.initial["version"]
        call.data, call.files = sent, files
        form = operation.bind(call)
        if form.is_valid() and operation.act(form, call):
            return form
        raise Refused.by(form)

    def _sent(self, operation):
        """(the records at which a new one begins, the entries, the files) that were sent."""
        body = self.request.data
        is_multipart = hasattr(body, "lists")
        if not is_multipart and not isinstance(body, dict):
            raise Malformed(_("Send one JSON object."))
        given = {
            name: origin_of(operation, name, body[name], self.request.user)
            for name in operation.origins
            if body.get(name) is not None
        }
        if not is_multipart:
            own = {name: value for name, value in body.items() if name not in operation.origins}
            return given, as_sent(operation.form, own), None
        files, sent = self.request.FILES, body.copy()
        for name in (*files, *operation.origins):
            sent.pop(name, None)
        return given, sent, files


def with_what_stays(shown, sent, named, stays):
    """The entries that were sent over those that the page would show: all of them, or those of the names."""
    merged = as_shown(shown)
    for name in list(merged):
        if name in named or (stays is not None and name not in stays):
            del merged[name]
    for name, values in sent.lists():
        merged.setlist(name, values)
    return merged


class RecordList(Records):
    def get(self, request):
        self.may_look()
        campaign = campaign_of(request)
        chosen = Selection(self.declared, request.user, campaign, request.query_params)
        if not chosen.is_valid:
            wrong = [
                {"pointer": f"?{name}", "detail": said}
                for name, errors in chosen.form.errors.items()
                for said in errors
            ]
            if chosen.error:
                wrong.append({"pointer": "?", "detail": chosen.error})
            raise Refused(wrong, code=400)
        model = self.declared.model
        rows = chosen.rows.prefetch_related(*(field.name for field in model._meta.many_to_many))
        page = KeyPage(rows, chosen.terms, request.query_params, size=_size(request))
        count = Count.of(chosen.rows, exactly=bool(chosen.figure), is_search=chosen.is_search)
        told = {"count": count.number, "count_is_exact": count.is_exact}
        told |= {"next": self._link("after", page.next), "previous": self._link("before", page.previous)}
        told["results"] = self.shape(page.records, many=True).data
        if model is Entity:
            told["suggestions"] = Suggestion(chosen.meant, many=True).data
        return answer(told)

    def _link(self, name, key):
        if not key:
            return None
        query = self.request.query_params.copy()
        for place in ("after", "before"):
            query.pop(place, None)
        query[name] = key
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")


class RecordListNew(RecordList):
    """The list of a kind that is entered at its own address."""

    def post(self, request):
        operation = self.operation
        if not operation.is_allowed(request.user):
            raise PermissionDenied

        def act():
            record = self.do(operation).instance
            return self.told(record, status=201, Location=f"{request.path}{record.pk}/")

        return once(request, act)


def _size(request) -> int:
    text = request.query_params.get("size", "")
    if not text:
        return PAGE_ROWS
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_ROWS):
        raise Malformed(_("A page has 1 to %(most)d records.") % {"most": MOST_ROWS})
    return int(text)


class RecordOne(Records):
    def get(self, request, pk):
        self.may_look()
        return self.told(self.record(pk))


class RecordOneChange(RecordOne):
    """A record that is changed by its form."""

    def patch(self, request, pk):
        operation = self.operation
        if not operation.is_allowed(request.user):
            raise PermissionDenied
        if version_asked(request) is None:
            raise VersionNeeded(_("Say by If-Match which version you change: the ETag under which you read it."))
        self.record(pk)

        def act():
            record = self.record(pk)
            if not operation.offered(record):
                raise Refused([{"pointer": "", "detail": _("This can't be done with the record as it stands now.")}])
            self.do(operation, record)
            return self.told(record)

        return once(request, act)


class RecordDeed(Records):
    """One thing that is done with a record."""

    def post(self, request, pk):
        operation = self.operation
        if not operation.is_allowed(request.user):
            raise PermissionDenied
        if not operation.may(request.user, self.record(pk)):
            raise PermissionDenied

        def act():
            record = self.record(pk, operation.rows(self.rows()))
            if not operation.offered(record):
                raise Refused([{"pointer": "", "detail": _("This can't be done with the record as it stands now.")}])
            self.do(operation, record)
            return self.told(record)

        return once(request, act)


def record_urls(sheets) -> list:
    """The addresses of every kind of record, each operation with a description of its own.

    `sheets` are the kinds that are entered as a whole sheet: by model, the view, what it takes, and what it answers (None for the
    record).
    """
    return [url for declared in LEDGERS for url in _urls(declared, sheets.get(declared.model))]


def _urls(declared, sheet):
    shape, name = shape_of(declared), declared.name
    operations = operations_on(declared.model)
    common = {"declared": declared, "shape": shape, "tag": str(name)}

    def view(base, key, **more):
        return type(f"{name}_{key}", (base,), common | more)

    new, change = operations.get(NEW), operations.get(CHANGE)
    list_view = sheet[0] if sheet else RecordListNew if new else RecordList
    listed = view(list_view, "list", operation=new, operation_ids={"get": f"{name}_list", "post": f"{name}_new"})
    page = page_of(shape, has_suggestions=declared.model is Entity)
    listed = described(
        methods=["GET"], summary=f"List {name}", parameters=[CAMPAIGN, *_filters(declared)], responses={200: page},
        also=({404: "No such campaign or figure."},),
    )(listed)  # fmt: skip
    if sheet:
        also = {200: OpenApiResponse(shape, description="It had arrived before.")} if sheet[2] is None else {}
        listed = described(
            methods=["POST"], summary=f"{name}: enter", request=sheet[1], parameters=[IDEMPOTENCY, CAMPAIGN],
            responses={201: sheet[2] or shape} | also, also=(OF_WRITING, OF_RECORD),
        )(listed)  # fmt: skip
    elif new:
        listed = _written(listed, "POST", new, shape, 201, OF_RECORD)
    yield path(f"{name}/", listed.as_view(), name=f"api_{name}_list")
    one = view(RecordOneChange if change else RecordOne, "one", operation=change, operation_ids={
        "get": f"{name}_read", "patch": f"{name}_change"})  # fmt: skip
    one = described(methods=["GET"], summary=f"Read {name}", responses={200: shape}, also=(OF_RECORD,))(one)
    if change:
        one = _written(one, "PATCH", change, shape, 200, OF_RECORD | {428: "If-Match is missing."})
    yield path(f"{name}/<int:pk>/", one.as_view(), name=f"api_{name}")
    for deed, operation in operations.items():
        if deed not in (NEW, CHANGE):
            done = view(RecordDeed, deed, operation=operation, operation_ids={"post": f"{name}_{deed}"})
            done = _written(done, "POST", operation, shape, 200, OF_RECORD)
            yield path(f"{name}/<int:pk>/{deed}/", done.as_view(), name=f"api_{name}_{deed}")


def _written(view, method, operation, shape, status, also):
    origins = {
        name: {"type": "integer", "minimum": 1, "description": "The record at which this one begins."}
        for name in operation.origins
    }
    request = {"application/json": schema_of(operation.form, origins)}
    if method == "PATCH":
        request["application/json"].pop("required", None)
    elif files := multipart_of(operation.form, origins):
        request["multipart/form-data"] = files
    parameters = [IDEMPOTENCY] + ([CAMPAIGN] if operation.name == NEW else [IF_MATCH])
    return described(
        methods=[method], summary=f"{operation.model._meta.model_name}: {operation.name.replace('_', ' ')}",
        description=str(operation.label), request=request, responses={status: shape}, parameters=parameters,
        also=(OF_WRITING, also),
    )(view)  # fmt: skip


def _filters(declared):
    """What a list may be narrowed and sorted by."""
    names = {"q": "Words to search for.", "figure": "Key of a figure: only the records behind it."}
    names |= dict.fromkeys(declared.filters, "Choice.") | {name: "Key of a record." for name, *_p in declared.reached}
    names |= {name: f"1: only {label}." for name, label, _select in declared.switches}
    names |= {"region": "Code of a region.", "unit": "Code of a unit.", "own": "1: only the region itself."}
    if declared.date:
        names |= {"from": f"{declared.date}: from this day.", "to": f"{declared.date}: to this day."}
    names["sort"] = "Column, with - before it downwards: " + ", ".join(c.name for c in declared.exported if c.sort)
    names |= {"after": "Key of a record: the page after it.", "before": "Key of a record: the page before it."}
    found = [OpenApiParameter(name, str, description=words) for name, words in names.items()]
    size = {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": PAGE_ROWS}
    return [*found, OpenApiParameter("size", size, description="How many records a page has.")]
