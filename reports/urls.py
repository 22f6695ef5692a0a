from django.urls import path

from reports.views import compare, dashboard, export, job, ledger, office, snapshot, superior_form, workbook

urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/compare/", compare.dashboard_compare, name="dashboard_compare"),
    path("dashboard/wall/", dashboard.dashboard_wall, name="dashboard_wall"),
    path("ledgers/", ledger.ledger_index, name="ledger_index"),
    path("ledgers/<slug:name>/", ledger.ledger, name="ledger"),
    path("ledgers/<slug:name>/export/", export.ledger_export, name="ledger_export"),
    path("ledgers/<slug:name>/export/<slug:form>/", export.ledger_export, name="ledger_export_as"),
    path("ledgers/<slug:name>/<int:pk>/", ledger.record, name="record"),
    path("jobs/", job.job_list, name="job_list"),
    path("jobs/<int:pk>/", job.job, name="job"),
    path("jobs/<int:pk>/cancel/", job.job_cancel, name="job_cancel"),
    path("jobs/<int:pk>/retry/", job.job_retry, name="job_retry"),
    path("jobs/<int:pk>/file/", job.job_file, name="job_file"),
    path("forms/", superior_form.form_list, name="form_list"),
    path("forms/new/", superior_form.form_new, name="form_new"),
    path("forms/<int:pk>/", superior_form.form_detail, name="form_detail"),
    path("forms/<int:pk>/block/", superior_form.form_block, name="form_block"),
    path("forms/<int:pk>/unbind/", superior_form.form_unbind, name="form_unbind"),
    path("forms/<int:pk>/replace/", superior_form.form_replace, name="form_replace"),
    path("forms/<int:pk>/fill/", superior_form.form_fill, name="form_fill"),
    path("snapshots/", snapshot.snapshot_list, name="snapshot_list"),
    path("snapshots/new/", snapshot.snapshot_new, name="snapshot_new"),
    path("snapshots/<int:pk>/", snapshot.snapshot, name="snapshot"),
    path("snapshots/<int:pk>/sign/", snapshot.snapshot_sign, name="snapshot_sign"),
    path("snapshots/<int:pk>/compare/", snapshot.snapshot_compare, name="snapshot_compare"),
    path("reports/", office.office, name="office"),
    path("summary.xlsx", workbook.summary_workbook, name="summary_workbook"),
]
