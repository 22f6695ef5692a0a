"""Which indicators a campaign shows."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from entities.trace import History
from inspections.models import Campaign


class ChosenIndicator(models.Model):
    """An indicator that the campaign's dashboard and reports show, in which chapter and place (指标选用)."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, verbose_name=_("campaign"), related_name="chosen_indicators")
    key = models.CharField(_("indicator"), max_length=60)
    chapter = models.CharField(_("chapter"), max_length=60)
    rank = models.PositiveSmallIntegerField(_("place in the chapter"), default=0)

    history = History()

    class Meta:
        verbose_name = _("chosen indicator")
        verbose_name_plural = _("chosen indicators")
        ordering = ["campaign", "chapter", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "key"],
                name="chosen_indicator_once",
                violation_error_message=_("This indicator is chosen already."),
            ),
        ]

    def __str__(self):
        from reports.own import label_of  # the declarations rest on models

        return label_of(self.campaign, self.key)

    def clean(self):
        from reports.own import labels

        super().clean()
        if self.campaign_id and self.key not in labels(self.campaign):
            raise ValidationError({"key": _("There is no such indicator: choose one of the list.")})
