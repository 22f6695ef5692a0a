"""The addresses of the API, version 1, and its description."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from reports.api.account import ACCOUNT_URLS
from reports.api.bulk import BULK_URLS
from reports.api.bulletins import BULLETIN_URLS
from reports.api.figures import FIGURE_URLS
from reports.api.further import FURTHER_URLS
from reports.api.imports import IMPORT_URLS
from reports.api.jobs import JOB_URLS
from reports.api.laboratory import LABORATORY_URLS
from reports.api.links import LINK_URLS
from reports.api.papers import PAPER_URLS
from reports.api.people import PEOPLE_URLS
from reports.api.problems import no_such_address
from reports.api.records import record_urls
from reports.api.reference import REFERENCE_URLS
from reports.api.rounds import ROUND_URLS
from reports.api.saved_filters import SAVED_FILTER_URLS
from reports.api.sheets import SHEETS
from reports.api.superior_forms import FORM_URLS

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_docs"),
    *ACCOUNT_URLS,
    *REFERENCE_URLS,
    *FIGURE_URLS,
    *JOB_URLS,
    *FURTHER_URLS,
    *IMPORT_URLS,
    *BULLETIN_URLS,
    *ROUND_URLS,
    *SAVED_FILTER_URLS,
    *FORM_URLS,
    *BULK_URLS,
    *LABORATORY_URLS,
    *LINK_URLS,
    *PAPER_URLS,
    *PEOPLE_URLS,
    *record_urls(SHEETS),
    re_path("", no_such_address, name="api_nothing"),
]
