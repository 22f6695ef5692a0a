"""Sessions that know whose they are, so that officers see and end their own."""

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class OfficerSession(AbstractBaseSession):
    """A browser that is signed in (会话): since when, from where, last seen when."""

    officer = models.ForeignKey(
        "entities.Officer", models.CASCADE, verbose_name=_("officer"), related_name="sessions", null=True
    )
    started_at = models.DateTimeField(_("signed in at"), null=True)
    seen_at = models.DateTimeField(_("last seen at"), null=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    agent = models.CharField(_("browser"), max_length=120, blank=True)

    objects = BaseSessionManager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls):
        from entities.sessions import SessionStore

        return SessionStore

    def end(self):
        """Sign that browser out."""
        self.get_session_store_class()(self.session_key).delete()
