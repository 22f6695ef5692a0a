"""What happened beside changes of records: log-ins, exports, keys."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from entities.scope import ScopedQuerySet, ScopePaths
from entities.trace import Traced


class AuditEventQuerySet(ScopedQuerySet):
    def visible_to(self, officer, *, on=None):
        """The events of the officers in scope, and the refused log-ins at their accounts; those at no account of anybody's are
        seen by whoever sees a whole city.
        """
        seen = Q(pk__in=super().visible_to(officer, on=on).values("pk"))
        colleagues = AuditEvent.officer.field.related_model.objects.visible_to(officer, on=on)
        nobodys = Q(officer=None)
        if not officer.sees_beyond_a_county(on=on):
            nobodys &= Q(account__in=colleagues.values("username"))
        return self.filter(seen | nobodys) if officer.is_active else self.none()

    def of(self, officer):
        """What that officer did, and the refused log-ins at their account."""
        return self.filter(Q(officer=officer) | Q(officer=None, account=officer.username))


class AuditEvent(Traced):
    """A log-in, an export, a key made or taken away (审计事件): who, when, from where; never changed."""

    class Kind(models.TextChoices):
        LOG_IN = "log_in", _("logged in")
        LOG_OUT = "log_out", _("logged out")
        REFUSED = "refused", _("log-in refused")
        PASSWORD = "password", _("password changed")
        SECOND_FACTOR = "second_factor", _("second factor changed")
        TOKEN = "token", _("API token made or revoked")
        EXPORT = "export", _("taken out")

    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    kind = models.CharField(_("what happened"), max_length=20, choices=Kind)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("officer"), related_name="+", null=True, blank=True
    )
    account = models.CharField(_("account as typed"), max_length=150, blank=True)
    what = models.CharField(_("what"), max_length=500, blank=True)

    objects = AuditEventQuerySet.as_manager()
    scope = ScopePaths(regions=("officer__unit__region__code",), people=("officer",))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.what}".strip()

    @classmethod
    def note(cls, kind, *, officer=None, account="", what=""):
        """Keep that it happened, with the way and the address of this request."""
        return cls.objects.create(kind=kind, officer=officer, account=account[:150], what=str(what)[:500])
