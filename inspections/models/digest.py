"""The daily digest of what is due."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from entities.models import Officer
from entities.page_address import page_address
from entities.scope import ScopedQuerySet, ScopePaths


class Digest(models.Model):
    """What one officer had to do on one day (每日提醒): one for a day, never two."""

    officer = models.ForeignKey(Officer, models.CASCADE, verbose_name=_("officer"), related_name="digests")
    day = models.DateField(_("day"))
    overdue = models.PositiveIntegerField(_("overdue"), default=0)
    due_soon = models.PositiveIntegerField(_("due within a week"), default=0)
    lines = models.JSONField(_("lines"), default=list, blank=True)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("sent by e-mail at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    scope = ScopePaths(regions=(), people=("officer",))

    class Meta:
        verbose_name = _("daily digest")
        verbose_name_plural = _("daily digests")
        ordering = [F("day").desc(), "officer"]
        constraints = [models.UniqueConstraint(fields=["officer", "day"], name="digest_once_a_day")]

    def __str__(self):
        return f"{self.day} · {self.officer}"

    def get_absolute_url(self):
        return page_address("digest", self.pk)
