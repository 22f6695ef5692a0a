"""Problems found, and the attempts to put them right."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Department, Entity, Officer
from entities.models.unit import MARKET
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.campaign import Severity
from inspections.models.checklist import ChecklistItem
from inspections.models.record import OfEntity, Record, RecordQuerySet, WithEvidence


class HazardCategory(models.TextChoices):
    LICENSING = "licensing", _("licence and registration")
    RESPONSIBILITY = "responsibility", _("duties of the entity")
    PURCHASE = "purchase", _("purchase records")
    CONFORMITY = "conformity", _("product conformity and CCC")
    ILLEGAL_MODIFICATION = "illegal_modification", _("illegal modification")
    LABELLING = "labelling", _("labels and certificates")
    FIRE = "fire", _("fire safety and charging")
    PRICING = "pricing", _("prices, advertising and after-sales")
    BATTERY = "battery", _("used batteries")
    ONLINE = "online", _("online sales")
    OTHER = "other", _("other")


class HazardStatus(models.TextChoices):
    OPEN = "open", _("open")
    SUBMITTED = "submitted", _("awaiting re-inspection")
    RECTIFIED = "rectified", _("rectified")
    HANDED_OVER = "handed_over", _("handed over")
    ENDED = "ended", _("ended")
    WITHDRAWN = "withdrawn", _("withdrawn")


class HazardQuerySet(RecordQuerySet):
    def counted(self):
        """Hazards that count: not withdrawn, and not of a voided or unsubmitted inspection."""
        return self.exclude(status=HazardStatus.WITHDRAWN).filter(
            Q(inspection=None) | Q(inspection__status="submitted")
        )

    def from_inspections(self, inspections):
        """Found by one of those inspections."""
        return self.counted().filter(inspection__in=inspections)

    def from_self_checks(self, self_checks):
        """Declared in one of those self-checks."""
        return self.counted().filter(self_check__in=self_checks)

    def rectified(self):
        """Put right, through an accepted rectification."""
        return self.filter(status=HazardStatus.RECTIFIED)

    def pending(self):
        """Still to be put right by us: open or awaiting re-inspection."""
        return self.counted().filter(status__in=[HazardStatus.OPEN, HazardStatus.SUBMITTED])

    def overdue(self, *, on):
        """Pending after their deadline on that day."""
        return self.pending().filter(deadline__lt=on)

    def handed_over(self):
        """Given to another department against its receipt, and not yet put right there."""
        return self.filter(status=HazardStatus.HANDED_OVER)

    def ended(self):
        """Closed because the business closed or moved."""
        return self.filter(status=HazardStatus.ENDED)

    def illegal_modification(self):
        return self.filter(category=HazardCategory.ILLEGAL_MODIFICATION)


class Hazard(OfEntity, WithEvidence, Record):
    """One problem found by a self-check, an inspection or a lead (问题隐患)."""

    date_field = "found_on"
    moves = {
        HazardStatus.OPEN: {
            HazardStatus.SUBMITTED, HazardStatus.HANDED_OVER, HazardStatus.ENDED, HazardStatus.WITHDRAWN,
        },
        HazardStatus.SUBMITTED: {
            HazardStatus.RECTIFIED, HazardStatus.OPEN, HazardStatus.HANDED_OVER, HazardStatus.ENDED,
            HazardStatus.WITHDRAWN,
        },
        HazardStatus.HANDED_OVER: {HazardStatus.RECTIFIED, HazardStatus.OPEN, HazardStatus.ENDED},
        HazardStatus.RECTIFIED: {HazardStatus.OPEN},
    }  # fmt: skip

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name=_("entity"), related_name="hazards")
    self_check = models.ForeignKey(
        "inspections.SelfCheck", models.PROTECT, verbose_name=_("self-check"), related_name="hazards",
        null=True, blank=True,
    )  # fmt: skip
    inspection = models.ForeignKey(
        "inspections.Inspection", models.PROTECT, verbose_name=_("inspection"), related_name="hazards",
        null=True, blank=True,
    )  # fmt: skip
    lead = models.ForeignKey(
        "inspections.Lead", models.PROTECT, verbose_name=_("lead"), related_name="hazards", null=True, blank=True
    )
    item = models.ForeignKey(
        ChecklistItem, models.PROTECT, verbose_name=_("checklist item"), related_name="+", null=True, blank=True
    )
    category = models.CharField(_("category"), max_length=30, choices=HazardCategory)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity)
    places = models.PositiveSmallIntegerField(_("places or products"), default=1)
    description = models.TextField(_("what is wrong"))
    responsible_department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("responsible department"), related_name="+", default=MARKET
    )
    found_on = models.DateField(_("found on"))
    deadline = models.DateField(_("to be rectified by"))
    status = models.CharField(
        _("status"), max_length=20, choices=HazardStatus, default=HazardStatus.OPEN, editable=False
    )
    rectified_on = models.DateField(_("rectified on"), null=True, blank=True, editable=False)
    accepted_rectification = models.ForeignKey(
        "inspections.Rectification", models.PROTECT, verbose_name=_("accepted rectification"), related_name="+",
        null=True, blank=True, editable=False,
    )  # fmt: skip
    closing_note = models.CharField(
        _("receipt, proof or reason"), max_length=300, blank=True, editable=False,
        help_text=_("Why it was handed over, ended or withdrawn."),
    )  # fmt: skip
    repeats = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("repeats"), related_name="repeated_by", null=True, blank=True
    )

    objects = HazardQuerySet.as_manager()
    scope = ScopePaths(
        regions=("region__code", "entity__region__code"),
        departments=("unit__department", "responsible_department"),
        operation="inspection__operation__key",
        unit="unit",
        people=("created_by", "inspection__officers"),
    )

    class Meta:
        verbose_name = _("hazard")
        verbose_name_plural = _("hazards")
        ordering = ["deadline", "pk"]
        permissions = [("end_hazard", "Can end or withdraw a hazard")]
        indexes = [models.Index(fields=["status", "deadline"], name="hazard_pending_by_deadline")]
        constraints = [
            models.CheckConstraint(
                name="hazard_has_one_source",
                condition=Q(self_check__isnull=False, inspection=None, lead=None)
                | Q(self_check=None, inspection__isnull=False, lead=None)
                | Q(self_check=None, inspection=None, lead__isnull=False),
                violation_error_message=_("A hazard comes from exactly one self-check, inspection or lead."),
            ),
            models.CheckConstraint(
                name="hazard_deadline_not_before_found",
                condition=Q(deadline__gte=F("found_on")),
                violation_error_message=_("The deadline is before the day the hazard was found: choose a later day."),
            ),
            models.CheckConstraint(
                name="hazard_rectified_on_iff_rectified",
                condition=Q(status=HazardStatus.RECTIFIED, rectified_on__isnull=False)
                | ~Q(status=HazardStatus.RECTIFIED) & Q(rectified_on=None),
                violation_error_message=_("A rectified hazard has its date; any other has none."),
            ),
            models.CheckConstraint(
                name="hazard_rectified_not_before_found",
                condition=Q(rectified_on=None) | Q(rectified_on__gte=F("found_on")),
                violation_error_message=_("A hazard can't be rectified before it was found."),
            ),
            models.CheckConstraint(
                name="hazard_rectified_through_acceptance",
                condition=Q(status=HazardStatus.RECTIFIED, accepted_rectification__isnull=False)
                | ~Q(status=HazardStatus.RECTIFIED) & Q(accepted_rectification=None),
                violation_error_message=_("A hazard is rectified only by a rectification that was accepted."),
            ),
            models.CheckConstraint(
                name="hazard_closed_with_note",
                condition=~Q(status__in=[HazardStatus.HANDED_OVER, HazardStatus.ENDED, HazardStatus.WITHDRAWN])
                | ~Q(closing_note=""),
                violation_error_message=_("Say why: the receipt, the proof or the reason."),
            ),
            models.CheckConstraint(
                name="hazard_places_positive",
                condition=Q(places__gte=1),
                violation_error_message=_("A hazard is in at least one place."),
            ),
        ]

    def __str__(self):
        return f"{self.entity} · {self.description[:40]}"

    def get_absolute_url(self):
        return reverse("hazard_detail", args=[self.pk])

    def origin(self):
        return self.inspection or self.self_check or self.lead

    def place(self, by):
        """The entity, too, comes from the source."""
        if self.origin() is not None and self.entity_id is None:
            self.entity_id = self.origin().entity_id
        super().place(by)

    def check_for(self, *, by, version=None, exclude=None):
        """A hazard of a visit is written only while that visit counts: not before it is submitted, nor after it is voided."""
        if self.inspection is not None and self.inspection.status != "submitted":
            raise ValidationError(
                _("Its inspection is not submitted or was voided: nothing more can be recorded of this hazard.")
            )
        super().check_for(by=by, version=version, exclude=exclude)

    def clean(self):
        super().clean()
        self.refuse_future("rectified_on")
        if self.origin() is not None and self.entity_id != self.origin().entity_id:
            raise ValidationError(_("A hazard belongs to the entity of its source."))

    def is_overdue(self, *, on=None) -> bool:
        """Whether it is still pending after its deadline."""
        return self.status in (HazardStatus.OPEN, HazardStatus.SUBMITTED) and self.deadline < (on or today())

    def may_be_reviewed_by(self, officer) -> bool:
        """Acceptance follows severity: those that the campaign leaves to inspectors, all others a manager."""
        if officer.has_perm("inspections.review_grave_rectification"):
            return True
        return officer.has_perm("inspections.review_rectification") and self.severity in self.campaign.inspector_reviews

    def pending_rectification(self):
        """The attempt that waits for its verdict, or None."""
        return self.rectifications.filter(verdict=Verdict.PENDING).first()

    @transaction.atomic
    def submit_rectification(self, *, by, measures, on=None, on_the_spot=False):
        """Record an attempt to put the hazard right; it waits for its re-inspection. Returns the Rectification."""
        on = on or today()
        self.lock()
        attempt = Rectification(hazard=self, measures=measures, submitted_on=on, on_the_spot=on_the_spot)
        attempt.clean()  # first: judged by a day before it was found, the hazard itself would lie in the future
        if self.status != HazardStatus.HANDED_OVER:  # that stays until the other department's work is accepted
            self.advance(HazardStatus.SUBMITTED, by=by, on=on)
        attempt.store(by=by, on=on)
        return attempt

    def extend(self, *, by, deadline, reason):
        """Give more time, with a reason; the old deadline stays in the history."""
        if not reason.strip():
            raise ValidationError({"reason": _("Say why more time is given.")})
        with transaction.atomic():
            self.lock()
            if self.status not in (HazardStatus.OPEN, HazardStatus.SUBMITTED):
                raise ValidationError(_("Only a hazard that is still to be put right gets more time."))
            if deadline <= self.deadline:
                raise ValidationError({"deadline": _("The new deadline must be later than the old one.")})
            self.deadline = deadline
            self.store(by=by, reason=reason)

    def hand_over(self, *, by, department, receipt, on=None):
        """Give the hazard to another department against its receipt; it leaves our overdue list."""
        self.advance(
            HazardStatus.HANDED_OVER, by=by, on=on, responsible_department=department, closing_note=receipt.strip()
        )

    def end(self, *, by, proof, on=None):
        """Close it because the business closed or moved; it stays in found and never counts as rectified."""
        self._only_by_manager(by)
        self.advance(HazardStatus.ENDED, by=by, on=on, closing_note=proof.strip())

    def withdraw(self, *, by, reason, on=None):
        """Take back a hazard found in error; it counts nowhere."""
        self._only_by_manager(by)
        self.advance(HazardStatus.WITHDRAWN, by=by, on=on, closing_note=reason.strip())

    @transaction.atomic
    def reopen(self, *, by, reason, deadline, on=None):
        """Open it again: sent back by the other department, or a spot re-check found otherwise."""
        if not reason.strip():
            raise ValidationError({"reason": _("Say why it is opened again.")})
        self.lock()
        if self.pending_rectification():
            raise ValidationError(_("This hazard already has a rectification that waits for its verdict."))
        self.advance(
            HazardStatus.OPEN, by=by, on=on, reason=reason, deadline=deadline, rectified_on=None,
            accepted_rectification=None, closing_note="",
        )  # fmt: skip

    @staticmethod
    def _only_by_manager(officer):
        if not officer.has_perm("inspections.end_hazard"):
            raise ValidationError(_("Only a manager may end or withdraw a hazard."))


class Verdict(models.TextChoices):
    PENDING = "pending", _("pending")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")


class Rectification(WithEvidence, Record):
    """One attempt to put a hazard right (整改), with the verdict after re-inspection (复查)."""

    class Method(models.TextChoices):
        ON_SITE = "on_site", _("on site")
        DOCUMENTS = "documents", _("from documents")

    date_field = "submitted_on"

    hazard = models.ForeignKey(Hazard, models.PROTECT, verbose_name=_("hazard"), related_name="rectifications")
    measures = models.TextField(_("measures taken"))
    submitted_on = models.DateField(_("submitted on"))
    on_the_spot = models.BooleanField(_("rectified on the spot"), default=False)
    method = models.CharField(_("re-inspected"), max_length=20, choices=Method, default=Method.ON_SITE)
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict, default=Verdict.PENDING, editable=False)
    reviewer = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("reviewer"), related_name="+", null=True, blank=True, editable=False
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True, editable=False)
    comment = models.TextField(_("comment"), blank=True)

    scope = ScopePaths(
        regions=("region__code", "hazard__entity__region__code"),
        departments=("unit__department", "hazard__responsible_department"),
        operation="hazard__inspection__operation__key",
        unit="unit",
        people=("created_by",),
    )

    class Meta:
        verbose_name = _("rectification")
        verbose_name_plural = _("rectifications")
        ordering = ["submitted_on", "pk"]
        permissions = [
            ("review_rectification", "Can accept or reject a rectification"),
            ("review_grave_rectification", "Can accept or reject a rectification of any severity"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["hazard"],
                condition=Q(verdict=Verdict.PENDING),
                name="rectification_one_pending_per_hazard",
                violation_error_message=_("This hazard already has a rectification that waits for its verdict."),
            ),
            models.CheckConstraint(
                name="rectification_reviewed_iff_verdict",
                condition=Q(verdict=Verdict.PENDING, reviewer=None, reviewed_on=None)
                | ~Q(verdict=Verdict.PENDING) & Q(reviewer__isnull=False, reviewed_on__isnull=False),
                violation_error_message=_("A verdict has its reviewer and its date."),
            ),
            models.CheckConstraint(
                name="rectification_reviewed_not_before_submitted",
                condition=Q(reviewed_on=None) | Q(reviewed_on__gte=F("submitted_on")),
                violation_error_message=_("A rectification can't be reviewed before it was submitted."),
            ),
            models.CheckConstraint(
                name="rectification_rejected_with_comment",
                condition=~Q(verdict=Verdict.REJECTED) | ~Q(comment=""),
                violation_error_message=_("Say what is still wrong."),
            ),
        ]

    def __str__(self):
        return f"{self.hazard} · {self.submitted_on}"

    def get_absolute_url(self):
        return self.hazard.get_absolute_url()

    def origin(self):
        return self.hazard

    def clean(self):
        super().clean()
        if self.hazard_id and self.submitted_on and self.submitted_on < self.hazard.found_on:
            raise ValidationError({"submitted_on": _("A hazard can't be rectified before it was found.")})
        self.refuse_future("reviewed_on")

    @transaction.atomic
    def accept(self, *, by, on=None, method=Method.ON_SITE, comment=""):
        """Find the hazard put right: it closes as rectified on that day.

        Raises ValidationError when the officer may not judge that severity, or nothing but their word shows it.
        """
        on = on or today()
        self._lock_to_judge(by)
        if not by.has_perm("inspections.review_grave_rectification") and not self.evidence.exists():
            raise ValidationError(
                _("Attach a photo or document that shows the rectification; a word alone does not close a hazard.")
            )
        self._judge(Verdict.ACCEPTED, by=by, on=on, method=method, comment=comment)
        self.hazard.advance(HazardStatus.RECTIFIED, by=by, on=on, rectified_on=on, accepted_rectification=self)

    @transaction.atomic
    def reject(self, *, by, deadline, comment, on=None, method=Method.ON_SITE):
        """Find it not put right: the hazard is open again, with a new deadline."""
        on = on or today()
        self._lock_to_judge(by)
        if deadline < on:
            raise ValidationError(
                {"deadline": gettext("The new deadline is before %(day)s: choose a later day.") % {"day": on}}
            )
        self._judge(Verdict.REJECTED, by=by, on=on, method=method, comment=comment)
        if self.hazard.status == HazardStatus.SUBMITTED:
            self.hazard.advance(HazardStatus.OPEN, by=by, on=on, deadline=deadline)

    def _lock_to_judge(self, by):
        self.hazard.lock()  # first the hazard, then the attempt: everywhere in this order, so that no two wait for each other
        self.lock()
        if self.verdict != Verdict.PENDING:
            raise ValidationError(_("This rectification has already been judged."), code="transition")
        if not self.hazard.may_be_reviewed_by(by):
            raise ValidationError(_("A hazard of this severity is judged by a manager."))

    def _judge(self, verdict, *, by, on, method, comment):
        self.verdict, self.reviewer, self.reviewed_on = verdict, by, on
        self.method, self.comment = method, comment.strip()
        self.store(by=by, on=on)
