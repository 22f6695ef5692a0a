from django.contrib.admin.apps import AdminConfig


class CampaignAdminConfig(AdminConfig):
    default_site = "yongzhou_ebike.admin_site.CampaignAdminSite"
