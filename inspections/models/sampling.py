"""Product batches taken to a laboratory, and what becomes of those that fail."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from entities.models import Entity, ProductType, Region
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.deadline import DeadlineKind, WithDeadlines
from inspections.models.inspection import Inspection
from inspections.models.order import Order
from inspections.models.record import OfEntity, Record, RecordQuerySet, WithEvidence


class BatchStatus(models.TextChoices):
    SAMPLED = "sampled", _("sampled")
    PASSED = "passed", _("passed")
    FAILED = "failed", _("failed")
    OBJECTION = "objection", _("objection")
    TRANSFERRED = "transferred", _("transferred")
    ORDERED = "ordered", _("ordered to correct")
    REINSPECTED = "reinspected", _("re-inspected")
    HANDLED = "handled", _("handled")
    VOIDED = "voided", _("voided")


FAILED = [
    BatchStatus.FAILED, BatchStatus.TRANSFERRED, BatchStatus.ORDERED, BatchStatus.REINSPECTED, BatchStatus.HANDLED,
]  # fmt: skip


class SamplingBatchQuerySet(RecordQuerySet):
    def counted(self):
        """Not voided."""
        return self.exclude(status=BatchStatus.VOIDED)

    def ordered_by(self, *levels):
        """Ordered by one of those levels of government."""
        return self.filter(level__in=levels)

    def failed(self):
        """Found not to conform, whatever has been done about it; an open objection does not count yet."""
        return self.filter(status__in=FAILED)

    def lately_sampled(self, *, maker, model_name, on):
        """Batches of the same maker and model of the last six months (产品质量法 第十五条: not sampled twice)."""
        since = on - timedelta(days=182)
        same = self.counted().filter(maker__iexact=maker.strip(), model_name__iexact=model_name.strip())
        return same.filter(sampled_on__gte=since, sampled_on__lte=on)

    def transferred(self):
        """Given to the county that handles it."""
        return self.exclude(transferred_on=None)


class Level(models.TextChoices):
    """Who ordered a sampling."""

    NATIONAL = "national", _("national")
    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    COUNTY = "county", _("county")


class SamplingPlan(WithEvidence, Record):
    """How many batches of what are to be sampled in a period, which may lie ahead (抽查计划)."""

    name = models.CharField(_("name"), max_length=120)
    level = models.CharField(_("ordered by"), max_length=20, choices=Level)
    product = models.CharField(_("product"), max_length=20, choices=ProductType, blank=True)
    planned = models.PositiveIntegerField(_("batches planned"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    laboratory = models.CharField(_("laboratory"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("sampling plan")
        verbose_name_plural = _("sampling plans")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="sampling_plan_has_batches",
                condition=Q(planned__gte=1),
                violation_error_message=_("Plan at least one batch."),
            ),
            models.CheckConstraint(
                name="sampling_plan_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A plan ends on or after the day it starts."),
            ),
        ]

    def __str__(self):
        return self.name


class SamplingBatch(OfEntity, WithDeadlines, WithEvidence, Record):
    """One product batch taken to a laboratory (监督抽查批次), 产品质量监督抽查管理暂行办法."""

    date_field = "sampled_on"
    moves = {
        BatchStatus.SAMPLED: {BatchStatus.PASSED, BatchStatus.FAILED, BatchStatus.VOIDED},
        BatchStatus.FAILED: {BatchStatus.OBJECTION, BatchStatus.TRANSFERRED, BatchStatus.ORDERED},
        BatchStatus.OBJECTION: {BatchStatus.PASSED, BatchStatus.FAILED},
        BatchStatus.TRANSFERRED: {BatchStatus.ORDERED},
        BatchStatus.ORDERED: {BatchStatus.REINSPECTED},
        BatchStatus.REINSPECTED: {BatchStatus.HANDLED, BatchStatus.ORDERED},
    }

    number = models.CharField(_("sampling number"), max_length=50)
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name=_("entity sampled"), related_name="batches")
    maker = models.CharField(_("maker"), max_length=120)
    product = models.CharField(_("product"), max_length=20, choices=ProductType)
    model_name = models.CharField(_("brand and model"), max_length=120)
    level = models.CharField(_("ordered by"), max_length=20, choices=Level)
    sampled_on = models.DateField(_("sampled on"))
    plan = models.ForeignKey(
        SamplingPlan, models.PROTECT, verbose_name=_("plan"), related_name="batches", null=True, blank=True
    )
    brand = models.CharField(_("brand"), max_length=60, blank=True)
    quantity = models.PositiveIntegerField(_("samples taken"), default=1)
    laboratory = models.CharField(_("laboratory"), max_length=120, blank=True)
    report_number = models.CharField(_("number of the test report"), max_length=60, blank=True)
    status = models.CharField(
        _("status"), max_length=20, choices=BatchStatus, default=BatchStatus.SAMPLED, editable=False
    )
    result_on = models.DateField(_("result on"), null=True, blank=True, editable=False)
    failed_items = models.CharField(_("failed items"), max_length=300, blank=True, editable=False)
    objected_on = models.DateField(_("objected on"), null=True, blank=True, editable=False)
    handling_region = models.ForeignKey(
        Region, models.PROTECT, verbose_name=_("handled by region"), related_name="+", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    transferred_on = models.DateField(_("transferred on"), null=True, blank=True, editable=False)
    ordered_on = models.DateField(_("ordered to correct on"), null=True, blank=True, editable=False)
    order_to_correct = models.ForeignKey(
        Order, models.PROTECT, verbose_name=_("order to correct"), related_name="batches", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    reinspection = models.ForeignKey(
        Inspection, models.PROTECT, verbose_name=_("re-inspected by"), related_name="batches", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    reinspected_on = models.DateField(_("re-inspected on"), null=True, blank=True, editable=False)
    handled_on = models.DateField(_("handled on"), null=True, blank=True, editable=False)

    objects = SamplingBatchQuerySet.as_manager()
    scope = ScopePaths(
        regions=("region__code", "handling_region__code"),
        entities=("entity",),
        unit="unit",
        people=("created_by",),
    )

    class Meta:
        verbose_name = _("sampling batch")
        verbose_name_plural = _("sampling batches")
        ordering = ["-sampled_on", "-pk"]
        indexes = [models.Index(fields=["campaign", "sampled_on", "id"], name="batch_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number"],
                name="batch_number_once",
                violation_error_message=_("A batch with this number is already recorded."),
            ),
            models.CheckConstraint(
                name="batch_result_not_before_sampled",
                condition=Q(result_on=None) | Q(result_on__gte=F("sampled_on")),
                violation_error_message=_("The result is not earlier than the sampling."),
            ),
            models.CheckConstraint(
                name="batch_transfer_names_its_region",
                condition=Q(transferred_on=None) | Q(handling_region__isnull=False),
                violation_error_message=_("Choose the region that handles the batch."),
            ),
            models.CheckConstraint(
                name="batch_failed_names_items",
                condition=~Q(status__in=FAILED) | ~Q(failed_items=""),
                violation_error_message=_("Say which items failed."),
            ),
        ]

    def __str__(self):
        return self.number

    @transaction.atomic
    def record_result(self, *, by, passed, failed_items="", report_number="", on=None, reason=""):
        """Enter the laboratory's result, the first one or the one after an objection; a failed one may be objected to.

        `reason` says in the history where it was read.
        """
        to = BatchStatus.PASSED if passed else BatchStatus.FAILED
        day = on or today()
        report = {"report_number": report_number.strip()} if report_number.strip() else {}
        items = "" if passed else failed_items.strip()
        is_retest = self.objected_on is not None
        if is_retest and day < self.objected_on:
            raise ValidationError({"on": _("The re-test came after the objection: check the date.")})
        self.advance(to, by=by, on=on, reason=reason, result_on=day, failed_items=items, **report)
        if not passed and not is_retest:
            self.start_deadline(DeadlineKind.OBJECTION, on=day, by=by)

    @transaction.atomic
    def object(self, *, by, reason, on=None):
        """Record the entity's objection (异议); the batch waits for the re-test, whose result is final."""
        self.need_reason(reason)
        if self.objected_on is not None:
            raise ValidationError(_("There was an objection already: the result of the re-test is final."))
        day = on or today()
        if self.result_on and day < self.result_on:
            raise ValidationError({"on": _("The result came later: check the date.")})
        self.advance(BatchStatus.OBJECTION, by=by, on=on, reason=reason, objected_on=day)
        self.meet_deadline(DeadlineKind.OBJECTION, on=day, by=by)

    @transaction.atomic
    def transfer(self, *, by, region, on=None):
        """Give a failed batch to the county that handles it."""
        taking_part = self.campaign.regions.all()
        inside = region.code.startswith(self.campaign.region_id)
        if not inside or (taking_part and region not in taking_part):
            raise ValidationError({"region": _("This region is outside the campaign: choose another.")})
        self.advance(BatchStatus.TRANSFERRED, by=by, on=on, handling_region=region, transferred_on=on or today())

    @transaction.atomic
    def order(self, *, by, on=None, order_to_correct=None):
        """Order the entity to correct, after the transfer or where the county ordered the sampling itself."""
        self._refuse_of_another("order_to_correct", order_to_correct)
        day = on or today()
        paper = {"order_to_correct": order_to_correct} if order_to_correct is not None else {}
        self.advance(BatchStatus.ORDERED, by=by, on=on, ordered_on=day, **paper)
        self.drop_deadlines(by=by, on=day, reason=str(self.get_status_display()))
        self.start_deadline(DeadlineKind.CORRECTION, on=day, by=by)
        self.start_deadline(DeadlineKind.REINSPECTION, on=day, by=by)

    @transaction.atomic
    def reinspect(self, *, by, on=None, reinspection=None):
        """Record the re-inspection, by a visit where it was one."""
        self._refuse_of_another("reinspection", reinspection)
        day = on or today()
        visit = {"reinspection": reinspection} if reinspection is not None else {}
        self.advance(BatchStatus.REINSPECTED, by=by, on=on, reinspected_on=day, **visit)
        self.meet_deadline(DeadlineKind.CORRECTION, on=day, by=by)
        self.meet_deadline(DeadlineKind.REINSPECTION, on=day, by=by)

    def _refuse_of_another(self, name, record):
        if record is not None and record.entity_id != self.entity_id:
            raise ValidationError({name: _("This is about another entity.")})

    @transaction.atomic
    def handle(self, *, by, on=None):
        """Finish the follow-up handling (后处理); nothing is waited for any more."""
        self.advance(BatchStatus.HANDLED, by=by, on=on, handled_on=on or today())
        self.drop_deadlines(by=by, on=on, reason=str(self.get_status_display()))

    def void(self, *, by, reason, on=None):
        """Take back a batch that was recorded in error; it counts nowhere."""
        self.need_reason(reason)
        self.advance(BatchStatus.VOIDED, by=by, on=on, reason=reason)
