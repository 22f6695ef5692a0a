"""An index for the visits with a notice, whose numbers a search looks through."""

from django.db import migrations, models
from django.db.models import Q

from entities.index_building import AddIndexWhileWorking


class Migration(migrations.Migration):
    atomic = False  # as building without holding up writers asks

    dependencies = [("inspections", "0006_begun_elsewhere")]

    operations = [
        AddIndexWhileWorking(
            "inspection",
            models.Index(
                fields=["notice_number", "id"], name="inspection_by_notice", condition=Q(notice_number__gt="")
            ),
        ),
    ]
