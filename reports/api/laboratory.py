"""A laboratory's list of results, and whether a product was certified on a day; as on their pages."""

from django.core.exceptions import ValidationError
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.views import APIView

from entities.models import TokenScope
from entities.today import today
from inspections.forms.certificate import CertificateCheckForm
from inspections.forms.sampling import ResultsForm
from inspections.laboratory import Verdict, blank_list, enter_results, judge
from inspections.models import Certificate
from inspections.views.certificate import SHOWN, verdict
from reports.api.bodies import BoundedJSONParser
from reports.api.calls import CAMPAIGN, answer, campaign_needed, need
from reports.api.described import IDEMPOTENCY, OF_RECORD, OF_WRITING, described
from reports.api.entries import multipart_of
from reports.api.once import once
from reports.api.papers import SERVED, file_answer
from reports.api.problems import Malformed, Refused

MAY_ENTER = "inspections.change_samplingbatch"
ASKED = multipart_of(ResultsForm)
ASKED["properties"]["enter"] = {
    "type": "string", "enum": ["1"], "description": "Write what can be entered; without it nothing is written.",
}  # fmt: skip
ASKED["required"] = ["workbook"]


class JudgedShape(serializers.Serializer):
    """A row of the list and what becomes of it."""

    line = serializers.IntegerField(source="row.line")
    number = serializers.CharField(source="row.number")
    batch = serializers.IntegerField(source="batch.pk", default=None, allow_null=True)
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    note = serializers.CharField()


class ResultsShape(serializers.Serializer):
    """How many results were entered, and every row."""

    entered = serializers.IntegerField()
    rows = JudgedShape(many=True)


class Results(APIView):
    tag, operation_ids = "samplingbatch", {"post": "sampling_results"}
    parser_classes = (BoundedJSONParser, MultiPartParser)

    @described(
        summary="Look through a laboratory's list, or enter it", parameters=[CAMPAIGN, IDEMPOTENCY],
        request={"multipart/form-data": ASKED}, responses={200: ResultsShape}, also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request):
        need(request, MAY_ENTER)
        if not hasattr(request.data, "lists"):
            raise Malformed(_("Send the file as multipart/form-data."))
        campaign, enters = campaign_needed(request), request.data.get("enter", "")
        if enters not in ("", "1"):
            raise ValidationError({"enter": _("This is of the wrong type: see the description of the API.")})
        return once(request, lambda: self._judged(request, campaign, bool(enters)))

    def _judged(self, request, campaign, enters):
        form = ResultsForm(request.data, request.FILES)
        if not form.is_valid():
            raise Refused.by(form)
        rows, entered = judge(form.rows, campaign=campaign, by=request.user), 0
        if enters:
            entered = enter_results([row for row in rows if row.is_ok], source=form.source, by=request.user)
        return answer(ResultsShape({"entered": entered, "rows": rows}).data)


class ResultsTemplate(APIView):
    tag, operation_ids, needs = "samplingbatch", {"get": "sampling_results_template"}, TokenScope.EXPORT

    @described(
        summary="A workbook with the batches that wait for a result", parameters=[CAMPAIGN], responses=SERVED,
        also=(OF_RECORD,),
    )  # fmt: skip
    def get(self, request):
        need(request, MAY_ENTER)
        return file_answer(blank_list(campaign=campaign_needed(request), by=request.user), "sampling-results.xlsx")


class VerdictShape(serializers.Serializer):
    """A certificate, and whether it was valid on the day."""

    certificate = serializers.IntegerField(source="certificate.pk")
    number = serializers.CharField(source="certificate.number")
    is_valid = serializers.BooleanField()
    why = serializers.CharField(source="text")


class VerdictsShape(serializers.Serializer):
    """The certificates in scope that are asked for."""

    results = VerdictShape(many=True)


WORDS = {
    "number": "Number of a certificate.", "entity": "Its credit code, or “name · address”.", "product": "Kind of product.",
    "on": "The day on which it was made, sold or used; else today.",
}  # fmt: skip


class CertificateCheck(APIView):
    tag, operation_ids = "certificate", {"get": "certificate_check"}

    @described(
        summary="Whether a product was certified on a day", responses={200: VerdictsShape},
        parameters=[OpenApiParameter(name, str, description=words) for name, words in WORDS.items()],
    )  # fmt: skip
    def get(self, request):
        need(request, "inspections.view_certificate")
        asked = request.query_params.copy()
        asked.setdefault("on", today().isoformat())
        form = CertificateCheckForm(asked, by=request.user)
        if not form.is_valid():
            wrong = [{"pointer": f"?{name}", "detail": said} for name, errors in form.errors.items() for said in errors]
            raise Refused(wrong, code=400)
        seen = form.narrow(Certificate.objects.visible_to(request.user)).select_related("entity", "campaign")
        day = form.cleaned_data["on"]
        verdicts = [verdict(one, day) for one in seen.order_by("number", "-pk")[:SHOWN]]
        return answer({"results": VerdictShape(verdicts, many=True).data})


LABORATORY_URLS = [
    path("sampling-results/", Results.as_view(), name="api_sampling_results"),
    path("sampling-results/template.xlsx", ResultsTemplate.as_view(), name="api_sampling_template"),
    path("certificate-check/", CertificateCheck.as_view(), name="api_certificate_check"),
]
