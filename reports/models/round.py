"""Rounds in which units report their week or month, and the city approves."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Officer, Region, Unit
from entities.page_address import page_address
from entities.scope import ScopePaths
from entities.stored import Stored, StoredQuerySet
from entities.today import today
from entities.trace import History
from inspections.models import Campaign
from inspections.models.record import Record, RecordQuerySet

LONGEST = {"weekly": 7, "monthly": 31}
REPORTING = (Unit.Kind.BUREAU, Unit.Kind.COUNTY_BUREAU)


class RoundQuerySet(StoredQuerySet):
    def visible_to(self, officer, *, on=None):
        """Every officer's: a round tells of aggregates."""
        return self.all() if officer.is_active else self.none()

    def of_campaign(self, campaign):
        return self.filter(campaign=campaign)

    def before(self, one):
        """The round of the same kind and place before it, or none."""
        alike = self.filter(campaign=one.campaign_id, kind=one.kind, region=one.region_id, until__lt=one.until)
        return alike.order_by("-until").first()


class Round(Stored):
    """A week or month for which every unit reports by a cut-off (填报轮次)."""

    class Kind(models.TextChoices):
        WEEKLY = "weekly", _("weekly sheet")
        MONTHLY = "monthly", _("monthly sheet")

    campaign = models.ForeignKey(Campaign, models.PROTECT, verbose_name=_("campaign"), related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.WEEKLY)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), related_name="+")
    since = models.DateField(_("events from"))
    until = models.DateField(_("events until"))
    cut_off = models.DateTimeField(_("cut-off"))

    history = History()
    objects = RoundQuerySet.as_manager()
    scope = ScopePaths(people=("created_by",))

    class Meta:
        verbose_name = _("reporting round")
        verbose_name_plural = _("reporting rounds")
        ordering = ["-until", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kind", "region", "until"],
                name="round_once",
                violation_error_message=_("There is a round of this kind for this period already."),
            ),
            models.CheckConstraint(
                name="round_period_in_order",
                condition=Q(until__gte=F("since")),
                violation_error_message=_("The period ends before it begins: check the two dates."),
            ),
        ]

    def __str__(self):
        return gettext("%(kind)s %(since)s – %(until)s") % {
            "kind": self.get_kind_display(), "since": self.since, "until": self.until,
        }  # fmt: skip

    def get_absolute_url(self):
        return page_address("round", self.pk)

    def clean(self):
        """Within the campaign, right after the round before it, and cut off after its last day has begun."""
        super().clean()
        if self.campaign_id is None or self.until is None or self.since is None:
            return
        if self.since < self.campaign.starts_on:
            told = gettext("The campaign began on %(day)s: enter that day or a later one.")
            raise ValidationError({"since": told % {"day": self.campaign.starts_on}})
        if self.cut_off and timezone.localdate(self.cut_off) < self.until:
            raise ValidationError({"cut_off": _("The cut-off lies before the end of the period.")})
        days = LONGEST[self.kind]
        if (self.until - self.since).days >= days:
            told = gettext("This is longer than %(days)d days: check the two dates.")
            raise ValidationError({"until": told % {"days": days}})
        if self.until > today() + timedelta(days=days):
            raise ValidationError({"until": _("This lies too far ahead: check the year.")})
        alike = Round.objects.filter(campaign=self.campaign_id, kind=self.kind, region=self.region_id)
        other = alike.exclude(pk=self.pk).filter(since__lte=self.until, until__gte=self.since).first()
        if other:
            told = gettext("It overlaps the round %(round)s: choose other days.")
            raise ValidationError({"since": told % {"round": other}})

    @transaction.atomic
    def open(self, *, by):
        """Write it, with a report expected of the bureau and of every county bureau inside."""
        self.store(by=by)
        units = Unit.objects.filter(kind__in=REPORTING, region__code__startswith=self.region_id)
        market = units.filter(kind=Unit.Kind.BUREAU).values("department")
        for unit in units.filter(department__in=market):
            RoundReport(
                campaign=self.campaign, region=unit.region, unit=unit, round=self,
                due_on=timezone.localdate(self.cut_off),
            ).store(by=by)  # fmt: skip

    @property
    def count_reported(self) -> int:
        """How many units have handed in, of those already read."""
        return sum(not report.is_missing for report in self.reports.all())

    @property
    def count_approved(self) -> int:
        """How many units are approved, of those already read."""
        return sum(report.is_approved for report in self.reports.all())

    @property
    def is_past_cut_off(self) -> bool:
        return timezone.now() > self.cut_off

    @transaction.atomic
    def remind(self, *, by) -> int:
        """Remind every unit that has not reported; how many they are. It stands on their officers' lists from the day on."""
        reminded = 0
        for report in self.reports.missing():
            report.lock()
            if report.is_missing:
                report.reminded_at, reminded = timezone.now(), reminded + 1
                report.store(by=by)
        return reminded


class RoundReportQuerySet(RecordQuerySet):
    def missing(self):
        """Neither handed in nor approved."""
        return self.filter(status__in=[RoundReport.Status.EXPECTED, RoundReport.Status.RETURNED])

    def in_order(self):
        """In the official order of the units."""
        return self.order_by("unit__rank", "unit__code")


class RoundReport(Record):
    """What one unit reports in a round (填报单位上报); its figures are frozen when it is approved."""

    class Status(models.TextChoices):
        EXPECTED = "expected", _("not reported yet")
        SUBMITTED = "submitted", _("reported")
        RETURNED = "returned", _("sent back")
        APPROVED = "approved", _("approved")

    moves = {
        Status.EXPECTED: {Status.SUBMITTED},
        Status.SUBMITTED: {Status.APPROVED, Status.RETURNED},
        Status.RETURNED: {Status.SUBMITTED},
    }

    round = models.ForeignKey(Round, models.PROTECT, verbose_name=_("reporting round"), related_name="reports")
    due_on = models.DateField(_("due on"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.EXPECTED, editable=False)
    is_zero = models.BooleanField(_("zero report"), default=False, editable=False)
    person_in_charge = models.CharField(_("person in charge"), max_length=40, blank=True, editable=False)
    compiler = models.CharField(_("compiled by"), max_length=40, blank=True, editable=False)
    phone = models.CharField(_("phone"), max_length=30, blank=True, editable=False)
    first_submitted_at = models.DateTimeField(_("first reported at"), null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("reported at"), null=True, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("reported by"), related_name="+", null=True, blank=True, editable=False
    )
    returned_reason = models.TextField(_("why it was sent back"), blank=True, editable=False)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True, editable=False)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("approved by"), related_name="+", null=True, blank=True, editable=False
    )
    figures = models.JSONField(_("frozen figures"), default=dict, blank=True, editable=False)

    objects = RoundReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit's report")
        verbose_name_plural = _("units' reports")
        ordering = ["round", "unit"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit"],
                name="round_report_once",
                violation_error_message=_("This unit reports in this round already."),
            ),
            models.CheckConstraint(
                name="round_report_approved_with_figures",
                condition=Q(status="approved", approved_at__isnull=False, approved_by__isnull=False)
                | ~Q(status="approved") & Q(approved_at=None, approved_by=None, figures={}),
                violation_error_message=_("An approved report has its figures, with who approved it and when."),
            ),
        ]

    def __str__(self):
        return f"{self.unit} · {self.round}"

    def get_absolute_url(self):
        return page_address("round_report", self.pk)

    @property
    def is_city_itself(self) -> bool:
        """Whether it reports the records of the place itself, not of a county."""
        return self.unit.kind == Unit.Kind.BUREAU

    @property
    def is_missing(self) -> bool:
        return self.status in (self.Status.EXPECTED, self.Status.RETURNED)

    @property
    def is_late(self) -> bool:
        """First handed in after the cut-off, or still to be handed in though it is over."""
        return self.round.is_past_cut_off if self.is_missing else self.first_submitted_at > self.round.cut_off

    @property
    def is_approved(self) -> bool:
        return self.status == self.Status.APPROVED

    def submit(self, *, by, person_in_charge, compiler, phone, is_zero=False, has_records=False, at=None):
        """Hand it in, at that moment or now. Raises ValidationError when it says zero though there are records."""
        self._refuse_early()
        if is_zero and has_records:
            raise ValidationError({"is_zero": _("There are records in this period: report them, not zero.")})
        self.advance(
            self.Status.SUBMITTED, by=by, is_zero=is_zero, person_in_charge=person_in_charge, compiler=compiler,
            phone=phone, submitted_at=at or timezone.now(), submitted_by=by,
            first_submitted_at=self.first_submitted_at or at or timezone.now(),
        )  # fmt: skip

    def send_back(self, *, by, reason):
        """Ask the unit to look again, with the reason."""
        self.need_reason(reason)
        self._refuse_own(by)
        self.advance(self.Status.RETURNED, by=by, reason=reason.strip(), returned_reason=reason.strip())

    def approve(self, *, by, figures, at=None):
        """Freeze its figures, as they were at that moment or are now; nobody approves what they handed in."""
        self._refuse_own(by)
        self.advance(self.Status.APPROVED, by=by, figures=figures, approved_at=at or timezone.now(), approved_by=by)

    def _refuse_early(self):
        if today() < self.round.until:
            told = gettext("The period ends on %(day)s: report then, or later.")
            raise ValidationError(told % {"day": self.round.until})

    def _refuse_own(self, by):
        if by.pk == self.submitted_by_id:
            raise ValidationError(_("You handed it in: another person looks at it."))
