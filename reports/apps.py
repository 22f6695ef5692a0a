from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self):
        """Returns have a desk, exports and imports are made in the background, a unit's report can be due, and what is written
        is marked for the figures."""
        from django.db.models.signals import post_migrate

        from inspections.desk.declare import open_desk
        from inspections.due import watch_source
        from reports import exports
        from reports.cells import triggers
        from reports.desk import RETURN
        from reports.imports import works
        from reports.rounds.due import REPORTS

        open_desk(RETURN)
        exports.declare()
        works.declare()
        watch_source(REPORTS)
        # Django's own place for what must follow every change of the tables.
        post_migrate.connect(triggers.install, sender=self)
