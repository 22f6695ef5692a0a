"""How places are ranked in the monthly dispatch."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from entities.trace import History
from inspections.models import Campaign


class RankingRule(models.Model):
    """An indicator that counts in the ranking of the monthly dispatch, and how much (排名规则)."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, verbose_name=_("campaign"), related_name="ranking_rules")
    key = models.CharField(_("indicator"), max_length=60)
    weight = models.PositiveSmallIntegerField(_("weight"), default=10)
    fewer_is_better = models.BooleanField(_("fewer is better"), default=False)
    at_least = models.PositiveIntegerField(
        _("smallest denominator"), default=5,
        help_text=_("Of a rate: where there are fewer, the place is not ranked by it."),
    )  # fmt: skip

    history = History()

    class Meta:
        verbose_name = _("ranking rule")
        verbose_name_plural = _("ranking rules")
        ordering = ["campaign", "-weight", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "key"],
                name="ranking_rule_once",
                violation_error_message=_("This indicator counts already: change its weight."),
            ),
            models.CheckConstraint(
                name="ranking_rule_weight",
                condition=Q(weight__gte=1, weight__lte=100),
                violation_error_message=_("A weight lies between 1 and 100."),
            ),
        ]

    def __str__(self):
        from reports.own import label_of  # the declarations rest on models

        return label_of(self.campaign, self.key)

    def clean(self):
        from reports.own import labels

        super().clean()
        if self.key not in labels(None):
            raise ValidationError({"key": _("There is no such indicator: choose one of the list.")})
