"""What was made public."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from inspections.models.record import Record, WithEvidence


class Exposure(WithEvidence, Record):
    """A fire incident or a typical case made public (集中曝光)."""

    class Kind(models.TextChoices):
        FIRE = "fire", _("fire incident")
        CASE = "case", _("typical case")

    date_field = "exposed_on"

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    exposed_on = models.DateField(_("exposed on"))
    title = models.CharField(_("title"), max_length=200)
    cases = models.ManyToManyField(
        "inspections.Case", verbose_name=_("cases exposed"), related_name="exposures", blank=True
    )
    batches = models.ManyToManyField(
        "inspections.SamplingBatch", verbose_name=_("batches exposed"), related_name="exposures", blank=True
    )
    brands = models.TextField(_("brands exposed"), blank=True)
    medium = models.CharField(_("where it was published"), max_length=100, blank=True)
    _history_m2m_fields = [cases, batches]

    class Meta:
        verbose_name = _("exposure")
        verbose_name_plural = _("exposures")
        ordering = ["-exposed_on", "-pk"]

    def __str__(self):
        return self.title
