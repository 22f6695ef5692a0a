"""Writes of an entity itself: its self-check, and how it put a hazard right; and what an inspection is compared with."""

from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from entities.models import Entity
from entities.today import today
from inspections.links import TAKES_WORK
from inspections.models import Answer, ChecklistItem, Evidence, Hazard, HazardCategory, HazardStatus, SelfCheck, Task
from inspections.models.evidence import files_as_written
from inspections.workflow import SubmittedOtherwise, slot_after

HANDED_IN_A_DAY = 3
PAPER_SLOT = "paper"


@dataclass
class Shortcoming:
    """A point that the entity found wrong: what, its photos, and, when it was put right, how and the photos after."""

    item: ChecklistItem
    description: str
    photos: list = field(default_factory=list)
    measures: str = ""
    photos_after: list = field(default_factory=list)


def why_no_self_check(entity, campaign) -> str:
    """What stands in the way of a self-check of that entity in that campaign, in words; empty when nothing does."""
    if campaign is None:
        return _("There is no campaign yet: ask the administrator to open one.")
    if campaign.status not in TAKES_WORK:
        return _("The campaign takes no self-check any more: choose a running campaign.")
    if entity.merged_into_id:
        return _("This entity is a duplicate: use the one that it was merged into.")
    if not entity.is_open:
        return _("This entity is no longer in business: a self-check needs one that is open.")
    return ""


def already_handed_in(self_check) -> SelfCheck | None:
    """The first self-check of the same client UUID, when it has the same content; None when there is none yet.

    Raises SubmittedOtherwise when the UUID came with other content or for another entity.
    """
    first = SelfCheck.objects.filter(client_uuid=self_check.client_uuid).exclude(client_uuid=None).first()
    if first is None:
        return None
    if first.entity_id != self_check.entity_id:
        raise SubmittedOtherwise
    if first.content_digest != self_check.content_digest:
        raise SubmittedOtherwise(first)
    return first


def hand_in_self_check(self_check, shortcomings, *, by, papers=()):
    """Write a self-check with the hazards it declares, what was put right, and the tasks it does, in one transaction.

    Returns it and whether it was written now: the same client UUID with the same content answers the first one.
    Raises SubmittedOtherwise for other content, ValidationError when a rule is broken.
    """
    try:
        with transaction.atomic(), files_as_written() as written:
            entity = Entity.objects.select_for_update().get(pk=self_check.entity_id)
            first = already_handed_in(self_check)
            if first is not None:
                return first, False
            _refuse(self_check, entity)
            _write(self_check, shortcomings, papers, by=by, written=written)
    except (IntegrityError, ValidationError):
        # Somebody may have been faster by a moment with the same UUID: then the constraint refused this one.
        first = already_handed_in(self_check)
        if first is None:
            raise
        return first, False
    return self_check, True


def _refuse(self_check, entity):
    obstacle = why_no_self_check(entity, self_check.campaign)
    if obstacle:
        raise ValidationError(obstacle)
    handed_in = SelfCheck.objects.handed_in_by_link(entity, on=self_check.checked_on)
    if self_check.by_link and handed_in.count() >= HANDED_IN_A_DAY:
        raise ValidationError(
            _("%(count)d self-checks of this business came in today already: hand in the next one tomorrow.")
            % {"count": HANDED_IN_A_DAY}
        )


def _write(self_check, shortcomings, papers, *, by, written):
    day = self_check.checked_on
    if not self_check.receipt_number:
        self_check.receipt_number = SelfCheck.objects.unused_receipt_number(day)
    self_check.store(by=by)
    for paper in papers:
        written.append(Evidence.attach(self_check, paper, by=by, slot=PAPER_SLOT))
    for found in shortcomings:
        _write_shortcoming(self_check, found, by=by, written=written)
    tasks = Task.objects.pending().of_campaign(self_check.campaign_id)
    reminders = tasks.filter(entity=self_check.entity_id, purpose=Task.Purpose.SELF_CHECK)
    for task in reminders.select_for_update():
        task.fulfil(self_check, by=by, on=day)


def _write_shortcoming(self_check, found, *, by, written):
    day, item = self_check.checked_on, found.item
    hazard = Hazard(
        self_check=self_check, item=item, description=found.description, severity=item.severity, found_on=day,
        category=item.category or HazardCategory.OTHER, deadline=self_check.campaign.deadline(item.severity, day),
    )  # fmt: skip
    hazard.store(by=by)
    for photo in found.photos:
        written.append(Evidence.attach(hazard, photo, by=by, slot=item.code))
    if found.measures:
        attempt = hazard.submit_rectification(by=by, measures=found.measures, on=day)
        for photo in found.photos_after:
            written.append(Evidence.attach(attempt, photo, by=by, slot=slot_after(item.code)))


def may_be_put_right(hazard) -> bool:
    """Whether the entity may still say that it put the hazard right: it is open, and nothing waits for its verdict."""
    return hazard.status == HazardStatus.OPEN and hazard.pending_rectification() is None


def hand_in_rectification(hazard, *, by, measures, name, photos, on=None):
    """Record that the entity itself put the hazard right, with its photos; it waits for an inspector. Returns the Rectification.

    The attempt is in the name of the officer who issued the link, so its text says who really handed it in.
    """
    with translation.override(settings.LANGUAGE_CODE):  # this becomes a part of the record, whatever the visitor reads
        signed = _("(Handed in through the entity's link by %(name)s)") % {"name": name}
    with transaction.atomic(), files_as_written() as written:
        hazard.lock()
        if not may_be_put_right(hazard):
            raise ValidationError(_("This was handed in already, or the matter is settled: nothing was written now."))
        attempt = hazard.submit_rectification(by=by, measures=f"{measures}\n{signed}", on=on or today())
        for photo in photos:
            written.append(Evidence.attach(attempt, photo, by=by))
    return attempt


def latest_self_check_answers(entity, campaign) -> dict[str, str]:
    """The answers of the entity's last self-check in that campaign, by the code of the point. One query."""
    latest = SelfCheck.objects.latest_of(entity, campaign)
    return latest.answers if latest else {}


def self_check_beside(inspection) -> dict[str, str]:
    """The answers of the entity's last self-check in that campaign, on or before the day of the visit. One query."""
    latest = SelfCheck.objects.latest_of(inspection.entity_id, inspection.campaign_id, on=inspection.inspected_on)
    return latest.answers if latest else {}


@dataclass(frozen=True)
class Pair:
    """One point: what the entity answered, and what the inspectors found."""

    item: ChecklistItem
    declared: str
    found: str

    @property
    def differs(self) -> bool:
        """Whether the two say different things; a point that was not checked says nothing."""
        return Answer.NOT_CHECKED not in (self.declared, self.found) and self.declared != self.found

    @property
    def declared_label(self) -> str:
        return Answer(self.declared).label

    @property
    def found_label(self) -> str:
        return Answer(self.found).label


@dataclass(frozen=True)
class Comparison:
    """A visit beside the self-check before it."""

    self_check: SelfCheck
    pairs: list[Pair]

    @property
    def differences(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.differs]


def compare_with_self_check(inspection, officer) -> Comparison | None:
    """The visit's answers beside those of the self-check before it; None when the officer sees none. Two queries."""
    if inspection.checklist_version is None or not inspection.answers:
        return None
    seen = SelfCheck.objects.visible_to(officer)
    check = seen.latest_of(inspection.entity_id, inspection.campaign_id, on=inspection.inspected_on)
    if check is None:
        return None
    items = inspection.checklist_version.items_on(inspection.inspected_on, inspection.entity_kind)
    pairs = [
        Pair(item, check.answers[item.code], inspection.answers[item.code])
        for item in items
        if check.answers.get(item.code) in Answer.values and inspection.answers.get(item.code) in Answer.values
    ]
    return Comparison(check, pairs) if pairs else None
