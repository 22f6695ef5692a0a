from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from entities import relocating
from entities.search import teach_sqlite


class EntitiesConfig(AppConfig):
    name = "entities"
    verbose_name = _("Who and where")

    def ready(self):
        """Log-ins are kept, whichever way they came by; each connection to SQLite learns the search, and the
        database what it keeps by itself."""
        from entities.audit import watch_log_ins

        watch_log_ins()
        connection_created.connect(teach_sqlite, dispatch_uid="search")
        post_migrate.connect(relocating.install, sender=self)
