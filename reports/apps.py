from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self):
        """Returns are entered at a desk like every record of work."""
        from inspections.desk.declare import open_desk
        from reports.desk import RETURN

        open_desk(RETURN)
