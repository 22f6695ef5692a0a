from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EntitiesConfig(AppConfig):
    name = "entities"
    verbose_name = _("Who and where")

    def ready(self):
        """Log-ins are kept, whichever way they came by."""
        from entities.audit import watch_log_ins

        watch_log_ins()
