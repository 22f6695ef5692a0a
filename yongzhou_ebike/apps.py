from django.apps import apps
from django.contrib.admin.apps import AdminConfig


class CampaignAdminConfig(AdminConfig):
    default_site = "yongzhou_ebike.admin_site.CampaignAdminSite"

    def ready(self):
        super().ready()
        # Nobody looks at the keys of second factors: they are set up and taken away, never shown.
        for model in [*apps.get_app_config("otp_totp").get_models(), *apps.get_app_config("otp_static").get_models()]:
            if self.module.site.is_registered(model):
                self.module.site.unregister(model)
