"""The attempts to put a hazard right, and what came of them."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from entities.models import Officer
from entities.page_address import page_address
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.hazard import Hazard, HazardStatus
from inspections.models.record import Record, RecordQuerySet, WithEvidence


class Verdict(models.TextChoices):
    PENDING = "pending", _("pending")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")


class RectificationQuerySet(RecordQuerySet):
    def pending(self):
        """Those that wait for their verdict."""
        return self.filter(verdict=Verdict.PENDING)


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

    objects = RectificationQuerySet.as_manager()
    scope = ScopePaths(
        entities=("hazard__entity",),
        departments=("unit__department", "hazard__responsible_department"),
        operation="hazard__inspection__operation__key",
        unit="unit",
        people=("created_by",),
    )
    words_index = ("measures",)

    class Meta:
        verbose_name = _("rectification")
        verbose_name_plural = _("rectifications")
        ordering = ["submitted_on", "pk"]
        indexes = [models.Index(fields=["campaign", "submitted_on", "id"], name="rectification_list")]
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
        return page_address("hazard_detail", self.hazard_id)

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
        self.hazard.refuse_past_deadline(deadline, on=on)
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
        self.hazard.tasks.fulfil_by_verdict(self, by=by)
