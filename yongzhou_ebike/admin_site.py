"""The admin site: Django's own, with our name, our stylesheet and our log-in page."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class CampaignAdminSite(admin.AdminSite):
    site_header = _("E-bike safety campaign: administration")
    site_title = _("Administration")
    index_title = _("Records and reference data")

    def login(self, request, extra_context=None):
        """Send to the one log-in page, so that lockout and look are the same everywhere.

        Who is signed in and still comes here has no right to the admin: 403, since the log-in page would send them back.
        """
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", reverse("admin:index")))
