"""A place is asked for as a range, which the index of the list answers: the one for patterns beside it is written for nothing."""

from django.db import migrations

from entities.index_building import RemoveIndexWhileWorking


class Migration(migrations.Migration):
    atomic = False  # as taking it away without holding up anybody asks

    dependencies = [("entities", "0008_orders_by_risk_and_officer")]

    operations = [RemoveIndexWhileWorking("entity", name="entity_in_region")]
