"""Returns: numbers without records, added to a figure visibly once a second person checked them."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from entities.models import Region
from reports.indicators import INDICATORS, Rate, indicator, totals, totals_by
from reports.models import Return
from reports.own import returnable
from reports.scope import FigureScope
from tests.factories import make_inspection, make_return

NEW = "/desk/return/new/"


@pytest.fixture
def scope(world):
    return FigureScope(world.campaign)


@pytest.fixture
def clerk(client, world):
    client.force_login(world.clerk)
    client.cookies["django_language"] = "en"
    return client


def visits(scope):
    return indicator("visits_all").total(scope)


def checked(world, **changes):
    made = make_return(world, **changes)
    made.check_off(by=world.manager)
    return made


def typed(world, **changes):
    values = {
        "indicator": "visits_all", "region": world.county.code, "unit": world.clerk.unit.pk, "since": "2024-08-01",
        "until": "2024-08-31", "quantity": "7", "document_number": "消函〔2024〕8号",
    }  # fmt: skip
    return values | changes


def test_a_return_counts_once_a_second_person_checked_it(world, scope):
    made = make_return(world)
    assert visits(scope) == 0
    made.check_off(by=world.manager)
    assert (visits(FigureScope(world.campaign)), made.checked_by) == (7, world.manager)


def test_who_entered_it_does_not_check_it(world, scope):
    made = make_return(world)
    with pytest.raises(ValidationError, match="second person|第二"):
        made.check_off(by=world.clerk)
    made.refresh_from_db()
    assert (made.status, visits(scope)) == ("entered", 0)


def test_who_changed_it_last_does_not_check_it(world):
    made = make_return(world)
    made.quantity = 9
    made.store(by=world.manager)
    with pytest.raises(ValidationError):
        made.check_off(by=world.manager)


def test_a_return_refused_after_it_counted_counts_no_more(world, scope):
    made = checked(world)
    with pytest.raises(ValidationError):
        made.refuse(by=world.manager, reason=" ")
    made.refuse(by=world.manager, reason="与函件不符")
    assert (visits(scope), made.checked_by, made.checked_on) == (0, None, None)
    checked(world)
    assert visits(FigureScope(world.campaign)) == 7


def test_nothing_returned_is_told_by_a_zero(world, scope):
    assert checked(world, quantity=0).status == "checked"
    assert visits(scope) == 0


def test_a_return_lies_in_the_period_that_its_own_ends_in(world, scope):
    checked(world, since=date(2024, 7, 20), until=date(2024, 8, 5))
    assert visits(scope.during(date(2024, 7, 1), date(2024, 7, 31))) == 0
    assert visits(scope.during(date(2024, 8, 1), date(2024, 8, 31))) == 7
    assert totals_by(scope, "month")[date(2024, 8, 1)]["visits_all"] == 7


def test_a_return_counts_in_its_place_and_unit(world, scope):
    checked(world)
    assert (visits(scope.at(world.county)), visits(scope.at(world.other_county))) == (7, 0)
    assert totals_by(scope, "region")[world.county.code]["visits_all"] == 7
    assert visits(FigureScope(world.campaign, unit=world.clerk.unit)) == 7
    assert visits(FigureScope(world.campaign, unit=world.stranger.unit)) == 0


def test_an_opening_balance_may_end_before_the_campaign(world, scope):
    before = {"since": date(2024, 1, 1), "until": date(2024, 4, 30)}
    with pytest.raises(ValidationError) as refused:
        make_return(world, **before)
    assert "until" in refused.value.message_dict
    checked(world, is_opening=True, **before)
    assert (visits(scope), visits(scope.during(world.campaign.starts_on, None))) == (7, 0)


def test_a_return_for_a_period_to_come_is_refused(world):
    with pytest.raises(ValidationError) as refused:
        make_return(world, until=date(2024, 9, 30))
    assert "until" in refused.value.message_dict


def test_a_return_outside_the_campaign_is_refused(world):
    elsewhere = Region.objects.create(code="4312", name="怀化市", level="city", parent_id="43")
    with pytest.raises(ValidationError) as refused:
        make_return(world, region=elsewhere)
    assert "region" in refused.value.message_dict


def test_nothing_is_returned_for_a_rate_or_an_unknown_indicator(world):
    assert not {i.key for i in INDICATORS if isinstance(i, Rate)} & set(returnable(world.campaign))
    for key in ("rectification_rate", "nonsense"):
        with pytest.raises(ValidationError) as refused:
            make_return(world, indicator=key)
        assert "indicator" in refused.value.message_dict


def test_rates_are_of_the_figures_with_their_returns(world, scope):
    checked(world, indicator="hazards_found", quantity=4)
    checked(world, indicator="hazards_found_and_rectified", quantity=3)
    assert totals(scope)["rectification_rate"] == Decimal("75.0")


def test_the_list_behind_a_figure_tells_records_and_returns(world, clerk):
    make_inspection(world)
    made = checked(world)
    page = clerk.get(reverse("ledger", args=["inspection"]), {"figure": "visits_all"}).content.decode()
    assert "Records 1 + returned 7" in page
    assert f'href="{made.get_absolute_url()}"' in page


def test_a_return_of_another_county_is_counted_there_but_hidden(world, client):
    made = checked(world)
    client.force_login(world.stranger)
    client.cookies["django_language"] = "en"
    page = client.get(reverse("ledger", args=["inspection"]), {"figure": "visits_all"}).content.decode()
    assert "Records 0 + returned 7" in page and "1 return outside your scope" in page
    assert made.get_absolute_url() not in page
    assert client.get(made.get_absolute_url()).status_code == 404


def test_the_dashboard_tells_what_was_returned(world, clerk):
    checked(world, indicator="inspections")
    page = " ".join(clerk.get(reverse("dashboard")).content.decode().split())
    assert "of which returned: 7" in page


def test_a_return_is_entered_at_the_desk_and_checked_by_another(world, clerk, client):
    assert clerk.post(NEW, typed(world)).status_code == 302
    made = Return.objects.get()
    deed = reverse("desk_deed", args=["return", made.pk, "check_off"])
    own = clerk.post(deed, {"version": made.version})
    assert own.status_code == 422 and "second person" in own.content.decode()
    client.force_login(world.manager)
    assert client.post(deed, {"version": made.version}).status_code == 302
    made.refresh_from_db()
    assert (made.status, made.checked_by) == ("checked", world.manager)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until": "2024-07-01"}, "until"),
        ({"quantity": "-1"}, "quantity"),
        ({"quantity": "many"}, "quantity"),
        ({"indicator": "rectification_rate"}, "indicator"),
        ({"until": "2024-12-31"}, "until"),
        ({"region": "431103"}, "region"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(world, clerk, changes, field):
    answer = clerk.post(NEW, typed(world, **changes))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "消函〔2024〕8号" in answer.content.decode()
    assert not Return.objects.exists()


def test_the_same_number_is_not_returned_twice(world, clerk):
    make_return(world, unit=world.clerk.unit)
    answer = clerk.post(NEW, typed(world))
    assert answer.status_code == 422 and Return.objects.count() == 1


def test_a_part_larger_than_its_whole_is_refused_and_nothing_is_written(world):
    part = make_return(world, indicator="visits_repair", quantity=5)
    with pytest.raises(ValidationError, match="5"):
        part.check_off(by=world.manager)
    part.refresh_from_db()
    assert part.status == "entered"
    whole = make_return(world, indicator="visits_all", quantity=5)
    whole.check_off(by=world.manager)
    part.check_off(by=world.manager)
    with pytest.raises(ValidationError):
        whole.refuse(by=world.manager, reason="有误")
    whole.refresh_from_db()
    assert (part.status, whole.status) == ("checked", "checked")
