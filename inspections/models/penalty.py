"""What cases decided."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import ProductType
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.case_step import StepKind
from inspections.models.deadline import DeadlineKind, WithDeadlines
from inspections.models.record import OfEntity, Record

# 行政处罚法 第五十一条: at most so much on the spot, of a citizen and of an organisation.
MOST_OF_PERSON, MOST_OF_ORGANISATION = Decimal(200), Decimal(3000)


class Penalty(OfEntity, WithDeadlines, Record):
    """What a case decided (行政处罚): a warning, a fine, a confiscation, a closure …"""

    class Kind(models.TextChoices):
        WARNING = "warning", _("warning")
        FINE = "fine", _("fine")
        GOODS = "goods", _("confiscation of goods")
        GAINS = "gains", _("confiscation of illegal gains")
        CLOSURE = "closure", _("closure")

    date_field = "decided_on"
    ON_THE_SPOT = (Kind.WARNING, Kind.FINE)

    case = models.ForeignKey("inspections.Case", models.PROTECT, verbose_name=_("case"), related_name="penalties")
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
        entities=("case__entity",),
        departments=("unit__department",),
        unit="unit",
        people=("created_by", "case__officers"),
    )

    class Meta:
        verbose_name = _("penalty")
        verbose_name_plural = _("penalties")
        ordering = ["-decided_on", "-pk"]
        indexes = [models.Index(fields=["campaign", "decided_on", "id"], name="penalty_list")]
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

    @property
    def is_owed(self) -> bool:
        """Whether money is still to be paid."""
        return self.amount is not None and self.paid_on is None

    def origin(self):
        return self.case

    def clean(self):
        super().clean()
        self.refuse_future("paid_on")
        if self.case_id is None:
            return
        if not self.case.is_decided:
            raise ValidationError(_("A penalty needs a decided case: decide the case first."))
        if self.case.no_penalty:
            raise ValidationError(_("This case was decided without a penalty."))
        if self.decided_on and self.decided_on < self.case.decided_on:
            raise ValidationError({"decided_on": _("A penalty is not decided before its case.")})
        if self.decided_on and self.paid_on and self.paid_on < self.decided_on:
            raise ValidationError({"paid_on": _("A penalty is not paid before it is decided.")})
        if self.case.is_on_the_spot:
            self._check_on_the_spot()

    def _check_on_the_spot(self):
        """Raise ValidationError for more than is allowed without an investigation (行政处罚法 第五十一条)."""
        if self.kind not in self.ON_THE_SPOT:
            raise ValidationError({"kind": _("On the spot only a warning or a fine is decided.")})
        if self.kind != self.Kind.FINE or self.amount is None:
            return
        others = self.case.penalties.filter(kind=self.Kind.FINE).exclude(pk=self.pk)
        fined = self.amount + (others.aggregate(sum=Sum("amount"))["sum"] or 0)
        most = MOST_OF_PERSON if self.case.person_name else MOST_OF_ORGANISATION
        if fined > most:
            raise ValidationError(
                {"amount": gettext(
                    "On the spot at most %(most)d yuan: follow the ordinary procedure for a higher fine."
                ) % {"most": most}}
            )  # fmt: skip

    @transaction.atomic
    def pay(self, *, by, on=None, number="", note=""):
        """Note that the fine or the gain was paid in full on that day; its case gets the step. Returns the step."""
        day = on or today()
        self.lock()
        if not self.is_owed:
            raise ValidationError(_("Nothing is owed here: it is paid, or it is no fine."), code="transition")
        self.paid_on = day
        self.store(by=by)
        self.meet_deadline(DeadlineKind.PAYMENT, on=day, by=by)
        step = self.case.note_step(StepKind.PAID, by=by, on=day, number=number, note=note or str(self))
        self.case.await_closing(by=by, on=day)
        return step
