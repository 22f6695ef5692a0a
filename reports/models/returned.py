"""Numbers that a unit sends without records behind them."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Officer
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.record import Record, RecordQuerySet, WithEvidence


class ReturnStatus(models.TextChoices):
    ENTERED = "entered", _("entered")
    CHECKED = "checked", _("checked")
    REFUSED = "refused", _("refused")


class ReturnQuerySet(RecordQuerySet):
    def counted(self):
        """Checked by a second person: only these are added to figures."""
        return self.filter(status=ReturnStatus.CHECKED)


class Return(WithEvidence, Record):
    """A number for an indicator, place and period that a unit or a partner department sends (汇总填报)."""

    date_field = "until"
    moves = {
        ReturnStatus.ENTERED: {ReturnStatus.CHECKED, ReturnStatus.REFUSED},
        ReturnStatus.CHECKED: {ReturnStatus.REFUSED},
    }

    indicator = models.CharField(_("indicator"), max_length=60)
    since = models.DateField(_("period from"))
    until = models.DateField(_("period to"))
    quantity = models.DecimalField(
        _("number"), max_digits=16, decimal_places=2, help_text=_("0 says that there was nothing (zero report).")
    )
    document_number = models.CharField(_("document number"), max_length=80, blank=True)
    is_opening = models.BooleanField(
        _("opening balance"), default=False, help_text=_("What the campaign had reached before this system was used.")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=ReturnStatus, default=ReturnStatus.ENTERED, editable=False
    )
    checked_by = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("checked by"), related_name="+", null=True, blank=True, editable=False
    )
    checked_on = models.DateField(_("checked on"), null=True, blank=True, editable=False)

    objects = ReturnQuerySet.as_manager()
    scope = ScopePaths(departments=("unit__department",), unit="unit", people=("created_by",))

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ["-until", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="return_period_in_order",
                condition=Q(until__gte=F("since")),
                violation_error_message=_("The period ends before it begins: check the two dates."),
            ),
            models.CheckConstraint(
                name="return_quantity_not_negative",
                condition=Q(quantity__gte=0),
                violation_error_message=_("Enter 0 or more."),
            ),
            models.CheckConstraint(
                name="return_checked_by_somebody",
                condition=Q(status="checked", checked_by__isnull=False, checked_on__isnull=False)
                | ~Q(status="checked"),
                violation_error_message=_("A checked return names who checked it, and when."),
            ),
            models.UniqueConstraint(
                fields=["campaign", "indicator", "unit", "region", "since", "until"],
                condition=~Q(status="refused"),
                name="return_once",
                violation_error_message=_("This unit has already returned this indicator for the place and period."),
            ),
        ]

    def __str__(self):
        return f"{self.label} · {self.since} – {self.until}"

    @property
    def label(self) -> str:
        """The indicator in words."""
        from reports.own import label_of  # the declarations rest on this model

        return label_of(self.campaign, self.indicator)

    def clean(self):
        super().clean()
        from reports.own import returnable

        if self.campaign_id and self.indicator not in returnable(self.campaign):
            raise ValidationError(
                {"indicator": _("Nothing can be returned for this indicator: choose one of the list.")}
            )
        if self.region_id and self.campaign_id and not self.region_id.startswith(self.campaign.region_id):
            raise ValidationError({"region": _("This region is outside the campaign: choose another.")})

    def refuse_before_campaign(self, field):
        """An opening balance ends before the campaign began to be recorded here, or before the campaign itself."""
        if not self.is_opening:
            super().refuse_before_campaign(field)

    @transaction.atomic
    def check_off(self, *, by, on=None):
        """Confirm the number against its document; by somebody else than who entered it.

        Raises ValidationError, too, when a part would then be larger than its whole.
        """
        if by.pk in {self.created_by_id, self.changed_by_id}:
            raise ValidationError(_("Who entered a return does not check it: ask a second person."))
        self.advance(ReturnStatus.CHECKED, by=by, on=on, checked_by=by, checked_on=on or today())
        self._refuse_larger_part()

    @transaction.atomic
    def refuse(self, *, by, reason):
        """Send it away, or take it back after it counted, with the reason; not while a part of it stays larger than the rest."""
        self.need_reason(reason)
        counted = self.status == ReturnStatus.CHECKED
        self.advance(ReturnStatus.REFUSED, by=by, reason=reason, checked_by=None, checked_on=None)
        if counted:
            self._refuse_larger_part()

    def _refuse_larger_part(self):
        from reports.own import larger_part

        found = larger_part(self.campaign, self.region, self.indicator)
        if found is not None:
            part, number, whole, of = found
            raise ValidationError(
                gettext(
                    "“%(part)s” (%(number)s) would be more than “%(whole)s” (%(of)s), which it is a part of: check both."
                )
                % {"part": part, "number": number, "whole": whole, "of": of}
            )
