"""What a case decided."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import ProductType
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.case import Case, CaseStatus
from inspections.models.case_step import StepKind
from inspections.models.deadline import DeadlineKind
from inspections.models.record import OfEntity, Record, WithEvidence

# 行政处罚法 第五十一条: what may be imposed on the spot, in yuan.
MOST_ON_THE_SPOT = {"person": 200, "organisation": 3000}


class Penalty(OfEntity, WithEvidence, Record):
    """What a case decided (行政处罚): a warning, a fine, a confiscation, a closure …"""

    class Kind(models.TextChoices):
        WARNING = "warning", _("warning")
        FINE = "fine", _("fine")
        GOODS = "goods", _("confiscation of goods")
        GAINS = "gains", _("confiscation of illegal gains")
        CLOSURE = "closure", _("closure")

    date_field = "decided_on"

    case = models.ForeignKey(Case, models.PROTECT, verbose_name=_("case"), related_name="penalties")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True)
    goods_kind = models.CharField(_("goods"), max_length=20, choices=ProductType, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    goods_value = models.DecimalField(
        _("value of goods (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    number = models.CharField(_("decision number"), max_length=50)
    decided_on = models.DateField(_("decided on"))
    paid_on = models.DateField(_("paid on"), null=True, blank=True)

    scope = ScopePaths(
        regions=("region__code", "case__entity__region__code"),
        departments=("unit__department",),
        unit="unit",
        people=("created_by", "case__officers"),
    )

    class Meta:
        verbose_name = _("penalty")
        verbose_name_plural = _("penalties")
        ordering = ["-decided_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="penalty_fine_is_positive",
                # Compared with nothing, a database answers "unknown" and lets the row pass.
                condition=~Q(kind__in=["fine", "gains"]) | Q(amount__isnull=False, amount__gt=0),
                violation_error_message=_("A fine or a confiscated gain has an amount above zero."),
            ),
            models.CheckConstraint(
                name="penalty_goods_have_quantity",
                condition=~Q(kind="goods") | Q(quantity__isnull=False, quantity__gte=1) & ~Q(goods_kind=""),
                violation_error_message=_("Confiscated goods have a kind and a quantity of at least 1."),
            ),
            models.CheckConstraint(
                name="penalty_amounts_fit_kind",
                condition=(Q(kind__in=["fine", "gains"]) | Q(amount=None)) & (Q(kind="goods") | Q(quantity=None)),
                violation_error_message=_("Only a fine or gain has an amount, only confiscated goods a quantity."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.number}"

    def origin(self):
        return self.case

    def clean(self):
        super().clean()
        if self.case_id is None:
            return
        if self.case.status not in (CaseStatus.DECIDED, CaseStatus.CLOSED):
            raise ValidationError(_("A penalty needs a decided case: decide the case first."))
        if self.case.no_penalty:
            raise ValidationError(_("This case was decided without a penalty."))
        if self.decided_on and self.decided_on < self.case.decided_on:
            raise ValidationError({"decided_on": _("A penalty is not decided before its case.")})
        self._check_on_the_spot()

    def _check_on_the_spot(self):
        if self.kind != self.Kind.FINE or self.case.procedure != Case.Procedure.ON_THE_SPOT or self.amount is None:
            return
        most = MOST_ON_THE_SPOT["organisation" if self.case.entity_id else "person"]
        if self.amount > most:
            raise ValidationError(
                {
                    "amount": gettext("On the spot at most %(most)d yuan are fined: use the ordinary procedure.")
                    % {"most": most}
                }
            )

    @transaction.atomic
    def pay(self, *, by, on=None, number=""):
        """Record that a fine or a gain was paid; the case's deadline for payment is met when nothing is left to pay."""
        day = on or today()
        self.lock()
        if self.amount is None:
            raise ValidationError(_("Only a fine or a confiscated gain is paid."))
        if self.paid_on:
            raise ValidationError(_("It is paid already."), code="transition")
        if day < self.decided_on:
            raise ValidationError({"on": _("It can't be paid before it was decided: check the date.")})
        self.paid_on = day
        self.store(by=by, on=max(day, today()))
        self.case.take_step(StepKind.PAID, by=by, on=day, number=number, note=str(self))
        if not self.case.penalties.filter(paid_on=None, amount__isnull=False).exists():
            self.case.meet_deadline(DeadlineKind.PAYMENT, on=day, by=by)
