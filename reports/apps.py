from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self):
        """Returns have a desk, exports and imports are made in the background, and a unit's report can be due."""
        from inspections.desk.declare import open_desk
        from inspections.due import watch_source
        from reports import exports
        from reports.desk import RETURN
        from reports.imports import works
        from reports.rounds.due import REPORTS

        open_desk(RETURN)
        exports.declare()
        works.declare()
        watch_source(REPORTS)
