"""What a visit means for the register and for who goes there next."""

from django.utils.translation import gettext as _

from entities.models import Entity, EntityState
from inspections.models import Outcome, Task

# Who was met is in business; what was found otherwise corrects the register. A refusal says nothing about it.
STATE_AFTER = {
    Outcome.INSPECTED: EntityState.OPEN,
    Outcome.CLOSED: EntityState.CLOSED,
    Outcome.NOT_FOUND: EntityState.NOT_FOUND,
    Outcome.WRONG_ADDRESS: EntityState.MOVED,
    Outcome.CHANGED_TRADE: EntityState.CHANGED_TRADE,
}


def correct_entity(inspection, *, by, found_at=""):
    """Bring the register to what the visit found: the entity's state, or, when it was met elsewhere, its address.

    A visit that arrives late changes nothing that was recorded of a later day.
    """
    entity = Entity.objects.get(pk=inspection.entity_id)
    if inspection.outcome == Outcome.WRONG_ADDRESS and found_at:
        entity.lock()
        entity.address = found_at
        entity.store(by=by, reason=str(inspection.get_outcome_display()))
        return
    state = STATE_AFTER.get(inspection.outcome)
    is_known_later = entity.state_on is not None and entity.state_on > inspection.inspected_on
    if state is None or state == entity.state or is_known_later:
        return
    reason = inspection.remarks or inspection.get_outcome_display()
    entity.change_state(state, by=by, on=inspection.inspected_on, reason=str(reason)[:200])


def plan_revisit(inspection, *, by):
    """Who found nobody to inspect goes again: one task, unless such a visit is planned already. Returns it or None."""
    if inspection.outcome == Outcome.INSPECTED:
        return None
    planned = Task.objects.pending().of_campaign(inspection.campaign_id)
    if planned.filter(entity=inspection.entity_id, purpose=Task.Purpose.REVISIT).exists():
        return None
    task = Task(
        campaign_id=inspection.campaign_id, entity_id=inspection.entity_id, assignee=by, purpose=Task.Purpose.REVISIT,
        due_on=inspection.campaign.revisit_by(inspection.inspected_on), follows=inspection,
        note=_("After the visit of %(day)s: %(outcome)s")
        % {"day": inspection.inspected_on, "outcome": inspection.get_outcome_display()},
    )  # fmt: skip
    task.store(by=by)
    return task
