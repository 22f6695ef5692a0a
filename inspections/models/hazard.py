"""Problems found."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Department, Entity
from entities.models.unit import MARKET
from entities.page_address import page_address
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.campaign import Severity
from inspections.models.checklist import ChecklistItem
from inspections.models.evidence import Evidence, files_as_written
from inspections.models.handover import Handover
from inspections.models.record import OfEntity, Record, RecordQuerySet, WithEvidence

# The place of what shows how a hazard was closed: the other department's receipt, the proof that the business is gone.
PROOF = "proof"
# As many as the column holds on every database.
MOST_PLACES = 32767


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

    def found_before(self, hazard):
        """Hazards that count, of the same point of the checklist at the same entity, found earlier; the latest first."""
        places = Entity.objects.at_the_place_of(hazard.entity_id)
        earlier = self.counted().filter(entity__in=places, item__code=hazard.item.code, found_on__lt=hazard.found_on)
        return earlier.order_by("-found_on", "-pk")

    def previous_failures(self, entity, *, on):
        """For each code of a checklist item the hazards found there before that day, in any campaign; the latest first.

        One query; codes stay the same from one version of a checklist to the next.
        """
        places = Entity.objects.at_the_place_of(entity.pk)
        earlier = self.counted().filter(entity__in=places, item__isnull=False, found_on__lt=on).select_related("item")
        by_code: dict[str, list[Hazard]] = {}
        for hazard in earlier.order_by("-found_on", "-pk"):
            by_code.setdefault(hazard.item.code, []).append(hazard)
        return by_code

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
    places = models.PositiveSmallIntegerField(
        _("places or products"), default=1, validators=[MaxValueValidator(MOST_PLACES)]
    )
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
        entities=("entity",),
        departments=("unit__department", "responsible_department"),
        operation="inspection__operation__key",
        unit="unit",
        people=("created_by", "inspection__officers"),
    )
    words_index = ("description",)

    class Meta:
        verbose_name = _("hazard")
        verbose_name_plural = _("hazards")
        ordering = ["deadline", "pk"]
        permissions = [("end_hazard", "Can end or withdraw a hazard")]
        indexes = [
            models.Index(fields=["status", "deadline"], name="hazard_pending_by_deadline"),
            models.Index(fields=["campaign", "deadline", "id"], name="hazard_list"),
            models.Index(fields=["campaign", "region", "deadline", "id"], name="hazard_by_place"),  # the three lists
            models.Index(
                fields=["campaign", "deadline", "id"],
                name="hazard_pending_list",
                condition=Q(status__in=[HazardStatus.OPEN, HazardStatus.SUBMITTED]),
            ),
        ]
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
        return page_address("hazard_detail", self.pk)

    def origin(self):
        return self.inspection or self.self_check or self.lead

    def place(self, by):
        """The entity, too, comes from the source; what fails again at a visit names the hazard that it repeats."""
        if self.origin() is not None and self.entity_id is None:
            self.entity_id = self.origin().entity_id
        super().place(by)
        if self.inspection_id and self.item_id and self.repeats_id is None:
            known = [HazardStatus.RECTIFIED, HazardStatus.OPEN, HazardStatus.SUBMITTED]
            self.repeats = Hazard.objects.found_before(self).filter(status__in=known).first()

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
        return self.rectifications.pending().first()

    @transaction.atomic
    def submit_rectification(self, *, by, measures, on=None, on_the_spot=False):
        """Record an attempt to put the hazard right; it waits for its re-inspection. Returns the Rectification."""
        on = on or today()
        self.lock()
        attempt = self.rectifications.model(hazard=self, measures=measures, submitted_on=on, on_the_spot=on_the_spot)
        attempt.clean()  # first: judged by a day before it was found, the hazard itself would lie in the future
        self._refuse_while_pending()
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

    def hand_over(self, *, by, department, receipt, on=None, scans=()):
        """Give the hazard to another department against its receipt; it leaves our overdue list."""
        changes = {"responsible_department": department, "closing_note": receipt.strip()}
        with transaction.atomic():
            self._leave(HazardStatus.HANDED_OVER, by=by, on=on, scans=scans, **changes)
            handed_on = on or today()
            note = receipt.strip()[:300]
            Handover(hazard=self, department=department, handed_on=handed_on, note=note).store(by=by, on=on)

    def end(self, *, by, proof, on=None, scans=()):
        """Close it because the business closed or moved; it stays in found and never counts as rectified."""
        self._only_by_manager(by)
        self._leave(HazardStatus.ENDED, by=by, on=on, scans=scans, closing_note=proof.strip())

    def withdraw(self, *, by, reason, on=None, scans=()):
        """Take back a hazard found in error; it counts nowhere."""
        self._only_by_manager(by)
        self._leave(HazardStatus.WITHDRAWN, by=by, on=on, scans=scans, closing_note=reason.strip())

    @transaction.atomic
    def _leave(self, to, *, by, on, scans, **changes):
        self.advance(to, by=by, on=on, **changes)
        with files_as_written() as written:
            for scan in scans:
                written.append(Evidence.attach(self, scan, by=by, slot=PROOF))

    @transaction.atomic
    def reopen(self, *, by, reason, deadline, on=None):
        """Open it again: sent back by the other department, or a spot re-check found otherwise."""
        self._only_by_manager(by)
        if not reason.strip():
            raise ValidationError({"reason": _("Say why it is opened again.")})
        self.refuse_past_deadline(deadline, on=on)
        self.lock()
        self._refuse_while_pending()
        self.advance(
            HazardStatus.OPEN, by=by, on=on, reason=reason, deadline=deadline, rectified_on=None,
            accepted_rectification=None, closing_note="",
        )  # fmt: skip

    def _refuse_while_pending(self):
        if self.pending_rectification():
            raise ValidationError(_("This hazard already has a rectification that waits for its verdict."))

    @staticmethod
    def refuse_past_deadline(deadline, *, on=None):
        """Raise ValidationError for a new deadline before the day on which it is given."""
        day = on or today()
        if deadline < day:
            raise ValidationError(
                {"deadline": gettext("The new deadline is before %(day)s: choose a later day.") % {"day": day}}
            )

    @staticmethod
    def _only_by_manager(officer):
        if not officer.has_perm("inspections.end_hazard"):
            raise ValidationError(_("Only a manager may end, withdraw or reopen a hazard."))
