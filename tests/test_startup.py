"""The day of the demonstration is refused over real records."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from inspections.frame import refuse_demonstration_day_over_real_records


def test_the_demonstration_day_is_refused_over_a_real_campaign(world):
    refuse_demonstration_day_over_real_records()
    world.campaign.is_synthetic = False
    world.campaign.save()
    with pytest.raises(ImproperlyConfigured):
        refuse_demonstration_day_over_real_records()


def test_without_the_demonstration_day_a_real_campaign_is_fine(world, settings):
    settings.DEMO_TODAY = ""
    world.campaign.is_synthetic = False
    world.campaign.save()
    refuse_demonstration_day_over_real_records()
