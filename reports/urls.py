from django.urls import path

from reports.views import dashboard, ledger, workbook

urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("ledgers/", ledger.ledger_index, name="ledger_index"),
    path("ledgers/<slug:name>/", ledger.ledger, name="ledger"),
    path("ledgers/<slug:name>/export/", ledger.ledger_export, name="ledger_export"),
    path("ledgers/<slug:name>/<int:pk>/", ledger.record, name="record"),
    path("summary.xlsx", workbook.summary_workbook, name="summary_workbook"),
]
