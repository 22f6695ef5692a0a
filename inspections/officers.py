"""What becomes of an officer's work when the account is closed."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from inspections.models import Task
from inspections.tasks import reassign_tasks


def tasks_left(officer):
    """The tasks that somebody else must do."""
    return Task.objects.pending().filter(assignee=officer).select_related("entity").order_by("due_on", "pk")


@transaction.atomic
def close_account(officer, *, by, to=None, reason="") -> int:
    """Give the officer's pending tasks to a colleague and close the account: no log-in, session or token of theirs works any more.

    Returns how many tasks changed hands. Raises ValidationError for tasks that nobody takes over or that the colleague does not
    see, for oneself, and for the last administrator.
    """
    if officer.pk == by.pk:
        raise ValidationError(_("You can't close your own account: ask another administrator."))
    tasks = list(tasks_left(officer))
    if tasks and to is None:
        raise ValidationError({"to": _("Choose who takes over the tasks.")})
    if tasks:
        reassign_tasks(tasks, by=by, to=to, reason=reason or _("The account was closed."))
    officer.disable()
    return len(tasks)
