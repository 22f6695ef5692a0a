"""Campaigns: status, language of the name, which severities an inspector may accept."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from inspections.models import Campaign
from tests.factories import make_hazard, make_lead


@pytest.mark.parametrize(
    ("status", "takes"), [("draft", False), ("running", True), ("wrapping_up", False), ("closed", False)]
)
def test_only_a_running_campaign_takes_inspections(world, status, takes):
    world.campaign.status = status
    assert world.campaign.takes_inspections is takes


def test_the_name_follows_the_language_of_the_screen(world):
    with translation.override("en"):
        assert world.campaign.label == "Test campaign"
    with translation.override("zh-hans"):
        assert world.campaign.label == "测试整治行动"
    world.campaign.name_en = ""
    with translation.override("en"):
        assert str(world.campaign) == "测试整治行动"


def test_severities_for_inspectors_are_chosen_from_the_list(world):
    world.campaign.inspector_reviews = ["general", "tiny"]
    with pytest.raises(ValidationError) as refused:
        world.campaign.full_clean()
    assert "inspector_reviews" in refused.value.message_dict


def test_changing_a_campaign_leaves_history(world):
    world.campaign.status = "wrapping_up"
    world.campaign.save()
    assert [entry.status for entry in world.campaign.history.all()] == ["wrapping_up", "running"]


def test_a_finished_campaign_takes_no_new_records_but_lets_the_old_ones_go_on(world):
    hazard = make_hazard(world)
    world.campaign.status = Campaign.Status.CLOSED
    world.campaign.save()
    hazard.refresh_from_db()
    with pytest.raises(ValidationError, match="已结束"):
        make_lead(world)
    hazard.withdraw(by=world.manager, reason="found in error")
