"""The seals over the history: an append-only chain of hashes."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Seal(models.Model):
    """A batch of rows of history, each by its hash, chained to the batch before (存证链); written by `seal_history` only."""

    number = models.PositiveIntegerField(_("number"), primary_key=True)
    sealed_at = models.DateTimeField(_("sealed at"), default=timezone.now)
    rows = models.JSONField(_("rows"), default=dict)
    removed = models.JSONField(_("removed by the rule of retention"), default=dict)
    before = models.CharField(_("digest of the seal before"), max_length=64, blank=True)
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["number"]

    def __str__(self):
        return str(self.number)
