"""Indicators that an administrator makes without code."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from entities.trace import History
from inspections.models import Campaign

PREFIX = "own-"


class OwnIndicator(models.Model):
    """A total of a campaign's own (自设指标): a saved filter over a ledger, counted or summed, or returns alone."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, verbose_name=_("campaign"), related_name="own_indicators")
    key = models.CharField(
        _("key"), max_length=40, validators=[RegexValidator(r"^own-[a-z0-9-]+$", _("Write it as own-night-visits."))]
    )
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    unit = models.CharField(_("unit of measure"), max_length=20)
    unit_en = models.CharField(_("English unit of measure"), max_length=20, blank=True)
    ledger = models.CharField(
        _("ledger"), max_length=40, blank=True, help_text=_("Empty: the indicator is counted from returns alone.")
    )
    query = models.CharField(
        _("filter"), max_length=500, blank=True,
        help_text=_("What stands in the address after the question mark, when the ledger shows the records to be counted."),
    )  # fmt: skip
    measure = models.CharField(
        _("measure"), max_length=40, blank=True, help_text=_("Empty counts the records; a number field is summed.")
    )
    source = models.CharField(_("source"), max_length=200, blank=True, help_text=_("Where the numbers come from."))

    history = History()

    class Meta:
        verbose_name = _("own indicator")
        verbose_name_plural = _("own indicators")
        ordering = ["campaign", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "key"],
                name="own_indicator_key_once",
                violation_error_message=_("The campaign has an indicator with this key already."),
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the screen."""
        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def unit_label(self) -> str:
        return self.unit_en if self.unit_en and get_language() == "en" else self.unit

    def clean(self):
        from reports.own import check  # the ledgers rest on models

        super().clean()
        if self.campaign_id:
            check(self)
