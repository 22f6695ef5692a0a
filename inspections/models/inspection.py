"""Visits to entities."""

import uuid

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.history import changes_between
from entities.models import Department, Entity, Officer
from entities.page_address import page_address
from entities.scope import ScopePaths
from inspections.models.checklist import Answer, ChecklistVersion
from inspections.models.inspection_queryset import InspectionQuerySet
from inspections.models.record import OfEntity, Record, WithEvidence
from inspections.models.visit import (
    ENTITY_SLOT,
    InspectionStatus,
    Mode,
    Outcome,
    Relation,
    Signing,
    officer_slot,
)

OFFICERS_REQUIRED = 2


class Inspection(OfEntity, WithEvidence, Record):
    """One visit (检查, 家次) by at least two certified officers, against a checklist."""

    date_field = "inspected_on"
    AMENDABLE = (
        "started_at", "ended_at", "mode", "operation", "joint_team", "departments", "others_present", "vehicles_checked",
        "notice_number", "signer_name", "signer_relation", "remarks",
    )  # fmt: skip
    moves = {
        InspectionStatus.DRAFT: {InspectionStatus.SUBMITTED, InspectionStatus.AWAITING_CONFIRMATION},
        InspectionStatus.AWAITING_CONFIRMATION: {
            InspectionStatus.SUBMITTED, InspectionStatus.VOIDED, InspectionStatus.DRAFT,
        },
        InspectionStatus.SUBMITTED: {InspectionStatus.VOIDED},
    }  # fmt: skip

    client_uuid = models.UUIDField(_("client UUID"), default=uuid.uuid4, unique=True, editable=False)
    content_digest = models.CharField(_("digest of what was submitted"), max_length=64, blank=True, editable=False)
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name=_("entity"), related_name="inspections")
    inspected_on = models.DateField(_("inspected on"))
    started_at = models.TimeField(_("from"), null=True, blank=True)
    ended_at = models.TimeField(_("to"), null=True, blank=True)
    mode = models.CharField(_("mode"), max_length=20, choices=Mode, default=Mode.ROUTINE)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, default=Outcome.INSPECTED)
    operation = models.ForeignKey(
        "inspections.Operation", models.PROTECT, verbose_name=_("operation"), related_name="inspections",
        null=True, blank=True,
    )  # fmt: skip
    joint_team = models.ForeignKey(
        "inspections.JointTeam", models.PROTECT, verbose_name=_("joint team"), related_name="inspections",
        null=True, blank=True,
    )  # fmt: skip
    officers = models.ManyToManyField(Officer, verbose_name=_("officers present"), related_name="inspections")
    certified_officers = models.PositiveSmallIntegerField(_("certified officers present"), default=0, editable=False)
    others_present = models.JSONField(_("others present"), default=list, blank=True)
    departments = models.ManyToManyField(
        Department, verbose_name=_("departments present"), related_name="+", blank=True
    )
    notice_number = models.CharField(_("notice number"), max_length=50, blank=True)
    vehicles_checked = models.PositiveIntegerField(_("vehicles checked"), default=0)
    checklist_version = models.ForeignKey(
        ChecklistVersion, models.PROTECT, verbose_name=_("checklist version"), related_name="+", null=True, blank=True
    )
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    remarks = models.TextField(_("remarks"), blank=True)
    record_number = models.CharField(_("number of the on-site record"), max_length=50, blank=True)
    signing = models.CharField(_("signed"), max_length=10, choices=Signing, blank=True)
    signer_name = models.CharField(_("signed for the entity by"), max_length=50, blank=True)
    signer_relation = models.CharField(_("relation to the entity"), max_length=20, choices=Relation, blank=True)
    recording_number = models.CharField(_("number of the recording"), max_length=50, blank=True)
    refusal_reason = models.CharField(_("reason for refusing"), max_length=200, blank=True)
    refusal_witness = models.CharField(_("witness"), max_length=50, blank=True)
    status = models.CharField(
        _("status"), max_length=30, choices=InspectionStatus, default=InspectionStatus.DRAFT, editable=False
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    void_reason = models.CharField(_("reason for voiding"), max_length=200, blank=True, editable=False)
    draft_form = models.JSONField(_("form as typed so far"), default=dict, blank=True, editable=False)
    transcribed_by = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("typed in by"), related_name="+", null=True, blank=True, editable=False
    )

    confirmed_by = models.ManyToManyField(
        Officer, verbose_name=_("confirmed by"), related_name="+", blank=True, editable=False
    )

    objects = InspectionQuerySet.as_manager()
    scope = ScopePaths(
        entities=("entity",),
        departments=("unit__department", "departments"),
        operation="operation__key",
        unit="unit",
        people=("created_by", "officers"),
    )
    _history_m2m_fields = [officers, departments, confirmed_by]

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["-inspected_on", "-pk"]
        permissions = [
            ("void_inspection", "Can void a submitted inspection"),
            ("amend_inspection", "Can amend a submitted inspection with a reason"),
            ("transcribe_inspection", "Can type in an inspection from paper for named officers"),
        ]
        indexes = [
            # With what figures ask of all visits: they are counted from here, a tenth of what the visits themselves are to read.
            models.Index(
                fields=["entity", "inspected_on"],
                include=["campaign", "status", "outcome", "region", "id"],
                name="inspection_of_entity_and_day",
            ),
            models.Index(fields=["campaign", "inspected_on", "id"], name="inspection_list"),
            models.Index(
                fields=["created_by", "id"], name="inspection_drafts", condition=Q(status=InspectionStatus.DRAFT)
            ),
            # Few visits have a notice, and a search in the ledger asks for its number.
            models.Index(
                fields=["notice_number", "id"], name="inspection_by_notice", condition=Q(notice_number__gt="")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="inspection_has_two_certified_officers",
                condition=~Q(status=InspectionStatus.SUBMITTED)
                | ~Q(outcome=Outcome.INSPECTED)
                | Q(certified_officers__gte=OFFICERS_REQUIRED),
                violation_error_message=_(
                    "At least two officers with certificate numbers inspect together "
                    "(Administrative Penalty Law, article 42): add the second one."
                ),
            ),
            models.CheckConstraint(
                name="inspection_void_iff_reason",
                condition=Q(status=InspectionStatus.VOIDED) & ~Q(void_reason="")
                | ~Q(status=InspectionStatus.VOIDED) & Q(void_reason=""),
                violation_error_message=_("Say why the inspection is voided."),
            ),
            models.CheckConstraint(
                name="inspection_submitted_at_iff_submitted",
                condition=Q(
                    status__in=[InspectionStatus.DRAFT, InspectionStatus.AWAITING_CONFIRMATION], submitted_at=None
                )
                | Q(status=InspectionStatus.SUBMITTED, submitted_at__isnull=False)
                | Q(status=InspectionStatus.VOIDED),
                violation_error_message=_("A submitted inspection has the time of its submission."),
            ),
            models.CheckConstraint(
                name="inspection_ends_after_it_starts",
                condition=Q(started_at=None) | Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                violation_error_message=_("The visit ends after it starts: check the two times."),
            ),
            models.CheckConstraint(
                name="inspection_without_visit_has_no_answers",
                condition=Q(status__in=[InspectionStatus.DRAFT, InspectionStatus.AWAITING_CONFIRMATION])
                | Q(outcome=Outcome.INSPECTED, checklist_version__isnull=False)
                | ~Q(outcome=Outcome.INSPECTED) & Q(checklist_version=None),
                violation_error_message=_("Only an entity that was really inspected has checklist answers."),
            ),
            models.CheckConstraint(
                name="inspection_refusal_to_sign_is_explained",
                condition=~Q(signing=Signing.REFUSED)
                | ~Q(refusal_reason="") & ~Q(refusal_witness="") & ~Q(recording_number=""),
                violation_error_message=_(
                    "When signing is refused, enter the reason, the witness and the number of the recording."
                ),
            ),
            models.UniqueConstraint(
                fields=["unit", "record_number"],
                condition=~Q(record_number=""),
                name="inspection_record_number_once_per_unit",
                violation_error_message=_("Your unit has already used this number."),
            ),
        ]

    def __str__(self):
        return f"{self.entity} · {self.inspected_on}"

    def get_absolute_url(self):
        return page_address("inspection_detail", self.pk)

    @property
    def is_draft(self) -> bool:
        return self.status == InspectionStatus.DRAFT

    def clean(self):
        super().clean()
        if self.status == InspectionStatus.SUBMITTED and self.outcome == Outcome.INSPECTED and self.inspected_on:
            self.check_answers()

    def check_answers(self):
        """Raise ValidationError unless every point of the checklist on that day has an answer, and nothing else has."""
        if self.checklist_version is None:
            raise ValidationError({"checklist_version": _("There is no checklist in force for this kind of entity.")})
        points = {i.code for i in self.checklist_version.items_on(self.inspected_on, self.entity_kind)}
        unanswered = points - set(self.answers)
        if unanswered:
            raise ValidationError(
                {"answers": gettext("%(count)d points have no answer: answer them, or choose an answer for the rest.")
                 % {"count": len(unanswered)}}
            )  # fmt: skip
        if set(self.answers) - points or set(self.answers.values()) - set(Answer.values):
            raise ValidationError(
                {"answers": _("The answers do not belong to the checklist of that day: open it again.")}
            )

    def count_officers(self, officers):
        """Set how many of the officers count towards the two; raises ValidationError when one is disabled."""
        if any(not officer.is_active for officer in officers):
            raise ValidationError({"officers": _("One of the officers no longer works here: choose another.")})
        self.certified_officers = sum(officer.is_certified for officer in officers)

    def check_author(self, officers, by):
        """Raise ValidationError unless who submits the visit was there; the office types in others' visits from paper."""
        if by not in officers and not by.has_perm("inspections.transcribe_inspection"):
            raise ValidationError(
                {
                    "officers": _(
                        "You are not among the officers present: add yourself, or hand it to the office on paper."
                    )
                }
            )

    def check_signed(self, officers, signatures):
        """Raise ValidationError unless the visit was signed as it says: on this screen by whom `signatures` holds a picture.

        Two officers with certificates sign, and the entity's person unless they refused, which the officers then explain.
        """
        if self.outcome != Outcome.INSPECTED:
            return
        if not self.signing:
            raise ValidationError({"signing": _("Say how the record was signed.")})
        if self.signing == Signing.PAPER:
            return
        errors = {}
        certified = [officer for officer in officers if officer.is_certified]
        missing = [officer for officer in certified if officer_slot(officer) not in signatures]
        if len(certified) - len(missing) < OFFICERS_REQUIRED:
            names = gettext(", ").join(str(officer) for officer in missing) or "—"
            errors["signing"] = gettext("Two officers sign; still missing: %(names)s.") % {"names": names}
        if self.signing == Signing.SCREEN:
            if ENTITY_SLOT not in signatures:
                errors.setdefault(
                    "signer_name", _("The entity's person has not signed: let them sign, or say they refused.")
                )
            elif not self.signer_name:
                errors["signer_name"] = _("Enter who signed for the entity.")
            if not self.signer_relation:
                errors["signer_relation"] = _("Say what this person is to the entity.")
        if errors:
            raise ValidationError(errors)

    def check_confirmable(self, officer):
        """Raise ValidationError unless this certified officer is named on a visit typed in from paper and has not confirmed it."""
        if self.status != InspectionStatus.AWAITING_CONFIRMATION:
            raise ValidationError(_("This visit does not wait for a confirmation any more."))
        if not officer.is_certified or not self.officers.filter(pk=officer.pk).exists():
            raise ValidationError(_("Only an officer with a certificate who is named on the paper confirms it."))
        if self.confirmed_by.filter(pk=officer.pk).exists():
            raise ValidationError(_("You have confirmed this visit already; another officer has to."))

    @transaction.atomic
    def send_back(self, *, by, reason):
        """An officer named on the paper finds it typed in wrongly: it is the office's draft again, with the reason."""
        self.lock()
        self.check_confirmable(by)
        self.need_reason(reason)
        self.advance(InspectionStatus.DRAFT, by=by, reason=reason.strip())
        self.confirmed_by.clear()

    @transaction.atomic
    def void(self, *, by, reason, on=None):
        """Take a submitted inspection out of every count, with its hazards; it stays readable with who, when and why."""
        if not by.has_perm("inspections.void_inspection"):
            raise ValidationError(_("Only a manager may void a submitted inspection."))
        if not reason.strip():
            raise ValidationError({"void_reason": _("Say why the inspection is voided.")})
        self.advance(InspectionStatus.VOIDED, by=by, on=on, void_reason=reason.strip(), reason=reason)
        # What it did is to be done after all, and what it gave rise to is not.
        said = gettext("The visit of %(day)s was voided") % {"day": self.inspected_on}
        self.tasks.open_again(by=by, reason=said)
        self.follow_ups.withdraw(by=by, reason=said)

    def may_be_amended_by(self, officer) -> bool:
        """Who was at the visit or entered it may, and a manager."""
        if not officer.has_perm("inspections.amend_inspection"):
            return False
        was_there = self.created_by_id == officer.pk or self.officers.filter(pk=officer.pk).exists()
        return was_there or officer.has_perm("inspections.void_inspection")

    @transaction.atomic
    def amend(self, *, by, reason, version=None, **changes):
        """Correct what may be corrected of a submitted visit, with the reason; the history keeps what was before.

        Answers, hazards, outcome, officers, entity and day can't be amended: the visit is voided and entered again.
        """
        self.lock(version)
        if self.status != InspectionStatus.SUBMITTED:
            raise ValidationError(_("Only a submitted inspection is amended."))
        if not self.may_be_amended_by(by):
            raise ValidationError(_("Only who was at the visit, or a manager, may amend it."))
        if set(changes) - set(self.AMENDABLE):
            raise ValidationError(_("This can't be amended: void the inspection and enter it again."))
        if not reason.strip():
            raise ValidationError({"reason": _("Say why the visit is amended.")})
        departments = set(changes.pop("departments", self.departments.all()))
        changed = [name for name, value in changes.items() if getattr(self, name) != value]
        if not changed and departments == set(self.departments.all()):
            raise ValidationError(_("Nothing is changed yet: enter what is to be corrected."))
        for name in changed:
            setattr(self, name, changes[name])
        if self.signing:
            self.check_signed(self.officers.all(), set(self.evidence.values_list("slot", flat=True)))
        self.store(by=by, reason=reason.strip())
        self.departments.set(departments)

    def amendments(self) -> list[tuple]:
        """What was changed with a reason after it was submitted, the latest first: the version, and field by field."""
        last_of = {}
        # Departments are written after the row, as versions of their own under the same number: the last one holds all.
        for version in self.history.filter(status=InspectionStatus.SUBMITTED).select_related("history_user"):
            last_of.setdefault(version.version, version)
        pairs = zip(last_of.values(), list(last_of.values())[1:], strict=False)
        told = [(newer, changes_between(newer, older)) for newer, older in pairs if newer.history_change_reason]
        return [(version, changes) for version, changes in told if changes]

    def discard(self, *, by):
        """Throw a draft away; raises ValidationError for anything that was submitted or that somebody else began."""
        if not self.is_draft or self.created_by_id != by.pk:
            raise ValidationError(_("Only your own draft can be thrown away."))
        models.Model.delete(self)

    def others_of_that_day(self):
        """Other submitted visits of the same unit to the same entity on the same day: worth a warning, not forbidden."""
        return (
            type(self)
            .objects.submitted()
            .filter(entity=self.entity_id, unit=self.unit_id, inspected_on=self.inspected_on)
            .exclude(pk=self.pk)
        )

    def failed_codes(self) -> list[str]:
        """Codes of the points answered *fail*."""
        return [code for code, answer in self.answers.items() if answer == Answer.FAIL]
