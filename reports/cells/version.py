"""The state of a campaign's figures in a word, for whoever asks whether what they have is still true."""

from django.db.models import Count, Max, Value

from entities.models import Department, Officer, Region, Unit
from inspections.models import Campaign
from reports.cells.refresh import state_of
from reports.models import ChosenIndicator, OwnIndicator, Snapshot

# What figures are shown with, beside the records that marks tell of: names, choices and what they are compared with.
SHOWN_WITH = (Department, Officer, Region, Unit, Campaign, ChosenIndicator, OwnIndicator)


def version(campaign) -> str | None:
    """Another word after anything that figures or their pages show has changed; None while something waits to be counted.

    Three queries: of the figures, of what they are shown with, and of the snapshots. These are counted, too: a number is given
    when something is written, not when it is committed, so a later one may be seen first.
    """
    state = state_of(campaign)
    if state is None or state.is_marked:
        return None
    first, *others = (
        model.history.order_by().values(of=Value(model.__name__)).annotate(last=Max("history_id"), count=Count("*"))
        for model in SHOWN_WITH
    )
    last = sorted((row["of"], row["last"], row["count"]) for row in first.union(*others))
    return f"{state.summary.moment}:{Snapshot.objects.aggregate(Max('pk'), Count('pk'))}:{last}"
