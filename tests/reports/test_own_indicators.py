"""Own indicators, and which indicators a campaign shows."""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from inspections.models import Campaign
from reports.indicators import published, totals
from reports.ledgers import BY_NAME
from reports.models import ChosenIndicator, OwnIndicator
from reports.own import Broken, indicator_of, own_indicators, shown_for
from reports.scope import FigureScope
from tests.factories import make_hazard, make_inspection, make_return
from tests.ledger_records import make_one_of_each

GRAVE = {"ledger": "hazard", "query": "severity=major"}


@pytest.fixture
def scope(world):
    return FigureScope(world.campaign)


def own(world, key="own-grave", **changes):
    values = {"campaign": world.campaign, "key": key, "name": "重大隐患", "name_en": "grave hazards", "unit": "处"}
    made = OwnIndicator(**values | changes)
    made.full_clean()
    made.save()
    return made


def text(response):
    return response.content.decode()


@pytest.fixture
def leader(client, world):
    client.force_login(world.leader)
    client.cookies["django_language"] = "en"
    return client


def test_a_saved_filter_counts_like_any_indicator(world, scope):
    own(world, **GRAVE)
    visit = make_inspection(world)
    make_hazard(world, inspection=visit, severity="major")
    make_hazard(world, inspection=visit, severity="general")
    make_hazard(world, inspection=visit, severity="major").withdraw(by=world.manager, reason="误录")
    declared = indicator_of(world.campaign, "own-grave")
    assert (declared.total(scope), declared.total(scope.at(world.other_county))) == (1, 0)
    assert declared.by(scope, "region") == {world.county.code: 1}
    assert declared.by(scope, "month") == {world.today.replace(day=1): 1}


def test_a_number_field_is_summed_and_returns_are_added(world, scope):
    own(world, key="own-places", ledger="hazard", measure="places")
    make_hazard(world, places=3)
    make_return(world, indicator="own-places", quantity=Decimal("4")).check_off(by=world.manager)
    declared = indicator_of(world.campaign, "own-places")
    assert (declared.recorded(scope), declared.returned(scope), declared.total(scope)) == (3, 4, 7)


def test_returns_alone_make_an_indicator(world, scope, leader):
    own(world, key="own-escooters", unit="辆", unit_en="vehicles")
    make_return(world, indicator="own-escooters", quantity=Decimal(12)).check_off(by=world.manager)
    declared = indicator_of(world.campaign, "own-escooters")
    assert declared.total(scope) == 12
    page = text(leader.get(reverse("ledger", args=["return"]), {"figure": "own-escooters"}))
    assert "Records 0 + returned 12" in page


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_ledger_may_be_counted_and_opens_what_it_counts(world, scope, leader, name):
    make_one_of_each(world)
    own(world, key="own-all", ledger=name)
    declared = indicator_of(world.campaign, "own-all")
    total = declared.total(scope)
    assert total == declared.rows(scope).count() == sum(declared.by(scope, "region").values())
    if declared.date_field:
        assert total == sum(declared.by(scope, "month").values())
    assert declared.total(FigureScope(world.campaign, unit=world.inspector.unit)) <= total
    leader.force_login(world.administrator)
    answer = leader.get(reverse("ledger", args=[name]), {"figure": "own-all", "from": "2024-05-01"})
    assert answer.status_code == 200
    assert "own indicator" in text(answer)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ledger": "nonsense"}, "ledger"),
        ({"ledger": "hazard", "query": "colour=red"}, "query"),
        ({"ledger": "hazard", "query": "severity=enormous"}, "query"),
        ({"ledger": "hazard", "query": "severity=major&region=431102"}, "query"),
        ({"ledger": "hazard", "query": "figure=own-other"}, "query"),
        ({"ledger": "hazard", "measure": "nonsense"}, "measure"),
        ({"ledger": "hazard", "measure": "version"}, "measure"),
        ({"query": "severity=major"}, "ledger"),
        ({"key": "hazards_found"}, "key"),
    ],
)
def test_what_can_not_be_counted_is_refused_beside_its_field(world, values, field):
    with pytest.raises(ValidationError) as refused:
        own(world, **values)
    assert field in refused.value.message_dict
    assert not OwnIndicator.objects.exists()


def test_one_without_a_campaign_is_refused_in_words(world):
    with pytest.raises(ValidationError) as refused:
        own(world, campaign=None)
    assert "campaign" in refused.value.message_dict


def test_one_that_became_invalid_is_told_and_breaks_nothing(world, scope, leader):
    made = own(world, **GRAVE)
    OwnIndicator.objects.filter(pk=made.pk).update(query="colour=red")
    assert isinstance(own_indicators(world.campaign)[0], Broken)
    page = text(leader.get(reverse("dashboard")))
    assert "can't be counted: This ledger has no filter “colour” any more." in " ".join(page.split())
    book = leader.get(reverse("summary_workbook"))
    sheet = load_workbook(BytesIO(b"".join(book.streaming_content))).worksheets[0]
    assert any("colour" in str(cell.value) for row in sheet for cell in row)
    assert leader.get(reverse("ledger", args=["hazard"]), {"figure": "own-grave"}).status_code == 404


def test_own_figures_are_marked_on_the_dashboard_the_workbook_and_the_list(world, leader):
    own(world, **GRAVE)
    make_hazard(world, severity="major")
    assert '<span class="badge">own</span>' in text(leader.get(reverse("dashboard")))
    assert "own indicator" in text(leader.get(reverse("ledger", args=["hazard"]), {"figure": "own-grave"}))
    book = load_workbook(BytesIO(b"".join(leader.get(reverse("summary_workbook")).streaming_content)))
    assert "Own indicators" in book.sheetnames
    assert book["Own indicators"]["B4"].value == "grave hazards\n(处, own)"


def test_only_an_administrator_is_offered_to_save_a_list_as_an_indicator(world, client):
    page = reverse("ledger", args=["hazard"])
    query = {"severity": "major", "region": "431102", "after": "1", "columns": "entity"}
    client.force_login(world.clerk)
    assert "ownindicator" not in text(client.get(page, query))
    client.force_login(world.administrator)
    offered = client.get(page, query).context["own_url"]
    assert offered.endswith("?ledger=hazard&query=severity%3Dmajor")
    form = client.get(offered).context["adminform"].form
    assert (form.initial["ledger"], form.initial["query"]) == ("hazard", "severity=major")


def test_without_a_choice_the_campaign_shows_the_bulletin(world):
    shown = [i for _label, indicators in shown_for(world.campaign) for i in indicators]
    assert {i.key for i in shown} == {i.key for i in published()}


def test_a_campaign_shows_what_was_chosen_in_its_order(world, leader):
    own(world, **GRAVE)
    for rank, (chapter, key) in enumerate(
        [("own", "own-grave"), ("enterprises", "visits_all"), ("enterprises", "hazards_found")]
    ):
        choice = ChosenIndicator(campaign=world.campaign, key=key, chapter=chapter, rank=rank)
        choice.full_clean()
        choice.save()
    shown = shown_for(world.campaign)
    assert [[i.key for i in indicators] for _label, indicators in shown] == [
        ["visits_all", "hazards_found"],
        ["own-grave"],
    ]
    board = leader.get(reverse("dashboard")).context["board"]
    assert [figure.key for _label, figures in board.chapters for figure in figures] == [
        "visits_all", "hazards_found", "own-grave",
    ]  # fmt: skip
    book = load_workbook(BytesIO(b"".join(leader.get(reverse("summary_workbook")).streaming_content)))
    assert len(book.sheetnames) == 5


def test_an_unknown_indicator_is_not_chosen(world):
    with pytest.raises(ValidationError) as refused:
        ChosenIndicator(campaign=world.campaign, key="nonsense", chapter="enterprises").full_clean()
    assert "key" in refused.value.message_dict


def test_a_second_campaign_keeps_its_figures_to_itself(world, scope):
    second = Campaign.objects.create(
        code="TEST-2025", name="第二次行动", region=world.county, starts_on=date(2024, 7, 1), ends_on=date(2025, 6, 30),
        status=Campaign.Status.RUNNING, is_synthetic=True,
    )  # fmt: skip
    own(world, **GRAVE)
    own(world, campaign=second, **GRAVE)
    own(world, campaign=second, key="own-register", ledger="entity")
    ChosenIndicator.objects.create(campaign=second, key="visits_all", chapter="enterprises")
    make_hazard(world, severity="major")
    make_return(world).check_off(by=world.manager)
    there = FigureScope(second)
    assert (indicator_of(world.campaign, "own-grave").total(scope), totals(scope)["visits_all"]) == (1, 8)
    assert (indicator_of(second, "own-grave").total(there), totals(there)["visits_all"]) == (0, 0)
    assert totals(there)["register_sellers"] == 1
    assert indicator_of(second, "own-register").total(there) == 2
    assert len(shown_for(world.campaign)) == 5
    assert [[i.key for i in indicators] for _label, indicators in shown_for(second)] == [["visits_all"]]


def test_the_command_prints_own_figures_and_marks_them(world, capsys):
    own(world, **GRAVE)
    made = own(world, key="own-broken", **GRAVE)
    OwnIndicator.objects.filter(pk=made.pk).update(query="colour=red")
    make_hazard(world, severity="major")
    for axis, group in (("region", world.county.code), ("month", "2024-09")):
        call_command("figures", world.campaign.code, "--format", "json", "--by", axis)
        answer = json.loads(capsys.readouterr().out)
        assert answer["figures"]["own-grave"] == answer["by"][group]["own-grave"] == 1
        assert "own-broken" not in answer["figures"]
    with override("en"):
        call_command("figures", world.campaign.code, "--format", "csv")
    assert "own-grave,grave hazards (own),处,1" in capsys.readouterr().out


def test_returns_of_own_indicators_are_listed_in_as_many_queries_for_one_as_for_many(world, client):
    own(world, key="own-escooters")
    client.force_login(world.clerk)
    page = reverse("ledger", args=["return"])

    def queries():
        with CaptureQueriesContext(connection) as counted:
            assert "重大隐患" in text(client.get(page))
        return len(counted)

    make_return(world, indicator="own-escooters")
    client.get(page)
    one = queries()
    for day in range(1, 9):
        make_return(world, indicator="own-escooters", since=date(2024, 8, day), until=date(2024, 8, 20))
    assert queries() == one
