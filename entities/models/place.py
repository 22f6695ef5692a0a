"""From where officers sign in."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class KnownPlace(models.Model):
    """An address from which an officer has signed in (常用登录地址)."""

    officer = models.ForeignKey("entities.Officer", models.CASCADE, verbose_name=_("officer"), related_name="places")
    address = models.GenericIPAddressField(_("address"))
    last_at = models.DateTimeField(_("last signed in at"), default=timezone.now)

    class Meta:
        verbose_name = _("known address")
        verbose_name_plural = _("known addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "address"],
                name="known_place_once",
                violation_error_message=_("This address is known already."),
            )
        ]

    def __str__(self):
        return f"{self.officer} · {self.address}"
