"""Figures kept ready: what was counted for each place and month, and what changed since."""

from datetime import date

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from inspections.models import Campaign

# The month of the cell that is of no period: everything there is, the records without a date among it.
ALL_TIME = date(1, 1, 1)
# The place of the cell that has every record of the campaign, wherever it lies.
WHOLE = ""
# Before the key of an indicator: what was returned for it without records.
RETURNED = "+"


class Summary(models.Model):
    """The kept figures of one campaign (汇总): by which declarations and for which day they were counted.

    A campaign without one is counted from its records each time it is asked.
    """

    campaign = models.OneToOneField(Campaign, models.CASCADE, primary_key=True, related_name="summary")
    version = models.PositiveBigIntegerField(default=1)
    counted_at = models.DateTimeField(default=timezone.now)
    # “Overdue” and “in business” are judged by a day.
    day = models.DateField()
    # By the key of each figure a digest of the query that counted it: one that counts otherwise today is not kept.
    kept = models.JSONField(default=dict)
    # Figures that do not add up over places, by key: the places where they must be counted again.
    lacking = models.JSONField(default=dict)

    class Meta:
        verbose_name = "summary"
        verbose_name_plural = "summaries"

    def __str__(self):
        return f"{self.campaign_id} · {self.version}"

    @property
    def moment(self) -> str:
        """Names the state of the figures: another one after anything was counted again."""
        return f"{self.campaign_id}-{self.version}-{self.counted_at.timestamp()}"


class Cell(models.Model):
    """All figures of one place and month, those that are 0 left out; sums of money as text, so that no cent is lost.

    `own`: of the records of the place itself; else with everything inside it. A figure of null is not kept for that cell.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")
    place = models.CharField(max_length=12)
    own = models.BooleanField()
    month = models.DateField()
    figures = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "cell"
        verbose_name_plural = "cells"
        constraints = [
            # Read by the dashboard: one place and its months, or the places inside one.
            models.UniqueConstraint(fields=["campaign", "own", "place", "month"], name="cell_once"),
        ]

    def __str__(self):
        return f"{self.place} · {self.month:%Y-%m}"


class Mark(models.Model):
    """Says that something was written that may have changed a figure. The database writes it, in the writer's own transaction.

    `source` is the table; without a place all places may have changed. `entity` is named where a record left the place or entity
    that it had, since the first record of that entity may now lie elsewhere. Rows are only ever added, so that writers never wait
    for one another; whoever reads figures takes them away.
    """

    source = models.CharField(max_length=63)
    campaign = models.BigIntegerField()
    place = models.CharField(max_length=12, null=True)  # noqa: DJ001 — no place is every place; "" is the campaign's own
    entity = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = "mark"
        verbose_name_plural = "marks"
        indexes = [
            # Asked before each reading of figures: is there any for this campaign?
            models.Index(fields=["campaign"], name="mark_of_campaign"),
        ]

    def __str__(self):
        return f"{self.source} · {self.place}"
