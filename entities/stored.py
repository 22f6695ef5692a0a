"""What every record that officers write has in common: who, when, which version, and one way to be written."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import InterfaceError, connection, models, transaction
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.formats import localize
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.history import changes_between
from entities.scope import ScopedQuerySet


class Stale(ValidationError):
    """Somebody else changed the record since the form was opened."""


class StoredQuerySet(ScopedQuerySet):
    """A queryset of records that officers write."""

    def delete(self):
        """Refused, as for one record."""
        raise ValidationError(_("Records are never deleted: void, withdraw or close it instead."))


class Stored(models.Model):
    """A record with its authors and a version, written by `store`; bulk writes and `QuerySet.update` would leave no history."""

    created_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False, db_index=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("entered by"), related_name="+", editable=False
    )
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("changed by"), related_name="+", editable=False
    )
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field):
        # As Django does it, but without translating every choice to find one: a fifth of the time of a list.
        value = getattr(self, field.attname)
        return force_str(dict(field.flatchoices).get(value, value), strings_only=True)

    def place(self, by):
        """Fill what a new record copies from where it comes from; called once, before its first write."""

    def lock(self, version=None):
        """Take the row for this transaction and read it afresh, so that a check made now still holds when it is written.

        Raises Stale when `version`, the one the officer saw, is no longer the last, and ValidationError when the record is gone.
        """
        self._taken()
        self.refresh_from_db()
        if version is not None and version != self.version:
            raise Stale(self.changes_since(version), code="stale")

    def _taken(self) -> int:
        """The version of the row, which is taken for this transaction. Raises ValidationError when it is gone, as a draft can be."""
        # The base manager: a record that is already in hand is locked whatever the caller may see.
        rows = type(self)._base_manager.select_for_update().order_by()
        version = next(iter(rows.filter(pk=self.pk).values_list("version", flat=True)), None)
        if version is None:
            raise ValidationError(_("This record was thrown away meanwhile. Nothing was written."), code="gone")
        return version

    @transaction.atomic
    def store(self, *, by, version=None, reason=""):
        """Check everything and write the record in the officer's name.

        Raises ValidationError when a rule is broken, and Stale when `version`, the one the officer saw, is no longer the last.
        """
        self.check_for(by=by, version=version)
        self.version += 1
        self.changed_at = timezone.now()
        self._history_user = by
        self._change_reason = reason or None
        self.save()

    def check_for(self, *, by, version=None, exclude=None):
        """Raise what `store` would raise, and write nothing; takes the row, so that the answer holds in this transaction."""
        if self._state.adding:
            self.place(by)
            self.created_by = by
        else:
            stored = self._taken()
            if version is not None and version != stored:
                raise Stale(self.changes_since(version), code="stale")
            self.version = stored
        self.changed_by = by
        try:
            self.full_clean(exclude=exclude)
        except ValidationError as error:
            # Django takes a unique rule that it could not ask for a broken one. A database that went away meanwhile is
            # no refusal: the officer would be told that a number is used, and the phone would not send the visit again.
            if not connection.is_usable():
                raise InterfaceError("The database went away while the rules were asked.") from error
            raise

    def changes_since(self, version) -> str:
        """A sentence that says who changed the record since that version, and what."""
        last = self.history.first()
        seen = self.history.filter(version__lte=version).first()
        changes = changes_between(last, seen) if seen and last else []
        return gettext(
            "%(who)s changed this record at %(when)s: %(what)s. Check your entries against it and save again."
        ) % {
            "who": last.history_user or "—",
            "when": localize(timezone.localtime(last.history_date)),
            "what": "; ".join(f"{change.field}: {change.old} → {change.new}" for change in changes) or "—",
        }

    def delete(self, *args, **kwargs):
        """Refused: what counted is voided, withdrawn, ended or closed, with who, when and why."""
        raise ValidationError(_("Records are never deleted: void, withdraw or close it instead."))
