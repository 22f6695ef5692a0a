"""What is taken out as a file besides lists: the papers of records, and the sheets of figures; each as its page makes it."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.views import APIView

from entities.models import TokenScope
from inspections.documents import DOCUMENTS
from inspections.frame import request_frame
from inspections.uploads import clean_name
from inspections.views.document import seen_paper
from reports.api.calls import CAMPAIGN, LARGEST_KEY, campaign_needed, need
from reports.api.described import OF_RECORD, Problem, described
from reports.api.problems import PROBLEM, Malformed
from reports.scope import FigureScope
from reports.views.dispatch import monthly_dispatch
from reports.views.three_lists import three_lists
from reports.views.watch import weekly_watch
from reports.views.workbook import summary_workbook

FILE = (200, "application/octet-stream")
SERVED = {FILE: OpenApiResponse(OpenApiTypes.BINARY)}
AWAY = {(503, PROBLEM): OpenApiResponse(Problem, description="The storage of files is away.")}


def file_answer(content, name) -> HttpResponse:
    """The content as a download of that name."""
    headers = {"Content-Disposition": content_disposition_header(True, clean_name(name.replace("/", "-")))}
    return HttpResponse(content, content_type=FILE[1], headers=headers)


class Paper(APIView):
    """The paper of one record. `document` is which."""

    needs, document = TokenScope.EXPORT, None

    def get(self, request, pk):
        kind, record = seen_paper(request, self.document.key, min(pk, LARGEST_KEY))
        return file_answer(kind.word(record), f"{kind.label}-{kind.number_of(record) or record.pk}.docx")


def _paper(key, document):
    name = document.model._meta.model_name
    view = type(
        f"{name}_paper", (Paper,), {"document": document, "tag": name, "operation_ids": {"get": f"{name}_paper"}}
    )
    view = described(methods=["GET"], summary=f"{name}: its paper as Word", responses=SERVED | AWAY, also=(OF_RECORD,))(
        view
    )
    return path(f"{name}/<int:pk>/paper.docx", view.as_view(), name=f"api_{name}_paper")


WORDS = {
    "region": "Code of a region, with everything inside it; else the officer's own.", "own": "1: only the region itself.",
    "unit": "Code of a unit, with those under it.", "from": "First day of the period.", "to": "Last day of the period.",
    "month": "As 2024-09; else the present one.", "pending": "1: only what is still to be rectified.",
}  # fmt: skip
# The page, what it is called here, in which forms, and what it is asked by.
SHEETS = (
    (three_lists, "three-lists", ("xlsx", "docx"), ("region", "own", "unit", "from", "to", "pending")),
    (weekly_watch, "watch", ("xlsx", "docx"), ("region", "to")),
    (monthly_dispatch, "dispatch", ("xlsx", "docx"), ("region", "month")),
    (summary_workbook, "summary", ("xlsx",), ("region", "own", "unit", "from", "to")),
)


class FigureSheet(APIView):
    """A sheet of figures. `page` is the view that makes it, in that `form`."""

    tag, needs, page, form = "sheets", TokenScope.EXPORT, None, "xlsx"

    def get(self, request):
        need(request, "inspections.export_scope")
        campaign = campaign_needed(request)
        try:
            FigureScope.from_query(campaign, request.query_params)
        except ValidationError as error:
            raise Malformed(" ".join(error.messages)) from None
        asked = request._request
        asked.GET = asked.GET.copy()
        asked.GET["form"] = self.form
        request_frame(asked).campaign = campaign
        served = self.page(asked)
        if not served.has_header("Content-Disposition"):
            raise Malformed(_("These filters make no sense."))
        served["Content-Type"] = FILE[1]
        return served


def _sheets():
    for page, name, forms, asked in SHEETS:
        parameters = [CAMPAIGN, *(OpenApiParameter(one, str, description=WORDS[one]) for one in asked)]
        for form in forms:
            key = f"{name.replace('-', '_')}_{form}"
            more = {"page": staticmethod(page), "form": form, "operation_ids": {"get": key}}
            view = described(
                methods=["GET"], summary=f"The {name.replace('-', ' ')} as {form}", parameters=parameters,
                responses=SERVED, also=(OF_RECORD,),
            )(type(key, (FigureSheet,), more))  # fmt: skip
            yield path(f"sheets/{name}.{form}", view.as_view(), name=f"api_sheet_{key}")


PAPER_URLS = [*(_paper(key, document) for key, document in DOCUMENTS.items()), *_sheets()]
