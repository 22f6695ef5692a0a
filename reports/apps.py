from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self):
        """Returns are entered at a desk like every record of work; exports and imports are made in the background."""
        from inspections.desk.declare import open_desk
        from reports import exports
        from reports.desk import RETURN
        from reports.imports import works

        open_desk(RETURN)
        exports.declare()
        works.declare()
