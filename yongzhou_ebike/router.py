"""Which database a query goes to where there is a standby."""

from entities import standby

OURS = {"entities", "inspections", "reports", "auth", "contenttypes"}


class StandbyRouter:
    """Records are read where entities/standby.py says; everything else, and every write, is the primary's."""

    def db_for_read(self, model, **hints):
        return standby.alias_for_reading() if model._meta.app_label in OURS else standby.DEFAULT_DB_ALIAS

    def db_for_write(self, model, **hints):
        return standby.alias_for_writing()

    def allow_relation(self, one, other, **hints):
        """The same records on both."""
        return True

    def allow_migrate(self, db, app_label, **hints):
        """The standby gets its tables from the primary."""
        return False if db == standby.STANDBY else None
