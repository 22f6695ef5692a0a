from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from yongzhou_ebike import health
from yongzhou_ebike.metrics import metrics

handler500 = "yongzhou_ebike.errors.server_error"

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("", include("inspections.urls")),
    path("", include("entities.urls")),
    path("", include("reports.urls")),
    path("language/", set_language, name="set_language"),
    path("api/v1/", include("yongzhou_ebike.api")),
    path("admin/", admin.site.urls),
]
if settings.PORTAL:
    urlpatterns.append(path("portal/", include("mozilla_django_oidc.urls")))
