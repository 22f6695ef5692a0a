"""Answers of the API that are given again to the same call."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT_DAYS = 7


class ApiAnswerQuerySet(models.QuerySet):
    def outdated(self):
        """Those that are given again no longer."""
        return self.filter(at__lt=timezone.now() - timedelta(days=KEPT_DAYS))


class ApiAnswer(models.Model):
    """What the API answered to a call with an idempotency key (幂等应答); kept for a week."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("officer"), related_name="+")
    key = models.CharField(_("idempotency key"), max_length=80)
    asked = models.CharField("SHA-256", max_length=64)
    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    status = models.PositiveSmallIntegerField(_("status"), default=0)
    headers = models.JSONField(_("headers"), default=dict)
    body = models.TextField(_("answer"), blank=True)

    objects = ApiAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer of the API")
        verbose_name_plural = _("answers of the API")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "key"],
                name="api_answer_once",
                violation_error_message=_("This idempotency key was used before."),
            )
        ]

    def __str__(self):
        return self.key
