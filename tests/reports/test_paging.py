"""Pages by key: however the rows are ordered, the pages together are the list, each record once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entities.models import Entity, Region
from entities.paging import Count, KeyPage, terms_of
from inspections.models import Inspection, Task
from reports.models import SavedFilter
from tests.factories import make_entity, make_inspection

FIELDS = ["name", "risk_level", "pledged_on", "region__code", "responsible_officer__name", "contact"]


def walk(rows, terms, size):
    """All pages forwards, then back from the last one."""
    pages, query = [], {}
    while True:
        page = KeyPage(rows, terms, query, size=size)
        pages.append([record.pk for record in page])
        if not page.next:
            break
        query = {"after": page.next}
    back = [pages[-1]]
    while page.previous:
        page = KeyPage(rows, terms, {"before": page.previous}, size=size)
        back.insert(0, [record.pk for record in page])
    return pages, back


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3, unique=True),
    signs=st.lists(st.sampled_from(["", "-"]), min_size=3, max_size=3),
    pledges=st.lists(st.sampled_from([None, 1, 2]), min_size=9, max_size=9),
    size=st.integers(1, 5),
)
def test_the_pages_of_any_order_are_the_list(world, order, signs, pledges, size):
    if Entity.objects.count() < 9:
        for number in range(50, 59):
            make_entity(world, number)
    for number, entity in enumerate(Entity.objects.order_by("pk")[:9]):
        day = pledges[number] and date(2024, 6, pledges[number])
        officer = world.inspector if pledges[number] == 1 else None
        Entity.objects.filter(pk=entity.pk).update(pledged_on=day, responsible_officer=officer)
    terms = terms_of(Entity, [sign + name for sign, name in zip(signs, order, strict=False)])
    whole = list(
        Entity.objects.order_by(*(term.expression(backwards=False) for term in terms)).values_list("pk", flat=True)
    )
    pages, back = walk(Entity.objects.all(), terms, size)
    assert [pk for page in pages for pk in page] == whole
    assert [pk for page in back for pk in page] == whole
    assert all(len(page) == size for page in pages[:-1])


def test_an_order_ends_with_the_key_once():
    assert [term.lookup for term in terms_of(Inspection, ["-inspected_on", "-pk"])] == ["inspected_on", "pk"]
    assert [(term.lookup, term.descending) for term in terms_of(Task, ["due_on", "pk"])][-1] == ("pk", False)
    assert [term.lookup for term in terms_of(Entity, ["region", "name", "pk"])] == ["region_id", "name", "pk"]


@pytest.mark.django_db
def test_a_page_asks_as_much_wherever_it_lies(world, django_assert_num_queries):
    for number in range(5):
        make_inspection(world, inspected_on=date(2024, 6, 1) + timedelta(days=number))
    terms, rows = terms_of(Inspection, ["-inspected_on"]), Inspection.objects.all()
    last = rows.order_by("inspected_on", "pk")[1]
    with django_assert_num_queries(2):
        page = KeyPage(rows, terms, {"after": str(last.pk)}, size=2)
        assert len(page) == 1
    assert "OFFSET" not in str(page._beyond().query)


@pytest.mark.django_db
def test_a_record_that_is_gone_leads_to_the_first_page(world):
    make_inspection(world)
    for key in ("999999", "x", "-1", "٣", "9" * 30):
        for name in ("after", "before"):
            page = KeyPage(Inspection.objects.all(), terms_of(Inspection, []), {name: key}, size=2)
            assert (len(page), page.previous, page.next) == (1, "", "")


@pytest.mark.django_db
def test_more_than_ten_thousand_are_not_counted(world, monkeypatch):
    monkeypatch.setattr("entities.paging.MOST_COUNTED", 2)
    rows = Region.objects.all()
    assert rows.count() > 2
    with override("en"):
        assert str(Count.of(rows)).startswith("more than 2")
        assert str(Count(10_000, is_exact=False, estimate=880_000)) == "more than 10,000 (about 880,000)"
    assert (Count.of(rows).estimate is None) == (connection.vendor == "sqlite")
    assert str(Count.of(rows, exactly=True)) == str(rows.count())
    assert str(Count.of(rows.filter(level="city"))) == "1"


@pytest.fixture
def clerk(client, world):
    client.force_login(world.clerk)
    return client


def ledger(name="inspection", **query):
    return reverse("ledger", args=[name], query=query)


def heads(response):
    return [head["column"].name for head in response.context["heads"]]


def test_columns_are_chosen_and_stay(clerk, world):
    make_inspection(world)
    plain = clerk.get(ledger())
    response = clerk.get(f"{ledger()}?columns=created_by&columns=outcome&sort=-created_at")
    assert set(heads(response)[1:]) == {"created_by", "outcome"}
    assert "columns=outcome%2Ccreated_by" in response.context["query"]
    again = clerk.get(f"{ledger()}?{response.context['query']}")
    assert heads(again) == heads(response)
    assert heads(clerk.get(ledger(columns="password"))) == heads(plain)
    export = reverse("ledger_export_as", args=["inspection", "csv"])
    text = b"".join(clerk.get(f"{export}?{response.context['query']}").streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()[0].split(",")) == 3


def keep(client, name="零陵", query="region=431102", **more):
    return client.post(
        reverse("saved_filter_new", args=["inspection"]), {"name": name, "query": query} | more, follow=True
    )


def test_filters_are_kept_by_a_name_and_shared_downwards(clerk, world):
    keep(clerk)
    kept = SavedFilter.objects.get()
    assert (kept.officer, kept.query, kept.get_absolute_url()) == (
        world.clerk,
        "region=431102",
        ledger(region="431102"),
    )
    assert kept.get_absolute_url() in clerk.get(ledger()).content.decode()
    clerk.force_login(world.inspector)
    assert list(clerk.get(ledger()).context["kept"]) == []
    SavedFilter.objects.update(is_shared=True)
    assert list(clerk.get(ledger()).context["kept"]) == [kept]
    clerk.force_login(world.stranger)
    assert list(clerk.get(ledger()).context["kept"]) == []
    assert clerk.post(reverse("saved_filter_delete", args=[kept.pk])).status_code == 404
    clerk.force_login(world.clerk)
    clerk.post(reverse("saved_filter_delete", args=[kept.pk]))
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("wrong", [{"name": ""}, {"query": "from=soon"}, {"name": "x" * 61}])
def test_what_makes_no_sense_is_not_kept(wrong, clerk):
    response = keep(clerk, **wrong)
    assert [str(one) for one in response.context["messages"]]
    assert not SavedFilter.objects.exists()


def test_a_name_is_kept_once(clerk):
    keep(clerk)
    response = keep(clerk, query="")
    assert [str(one) for one in response.context["messages"]]
    assert SavedFilter.objects.get().query == "region=431102"


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["after", "before"])
def test_where_nothing_is_left_beyond_the_record_stands_the_first_page(world, way):
    rows = Entity.objects.order_by("pk")
    boundary = rows.last() if way == "after" else rows.first()
    page = KeyPage(rows, terms_of(Entity, ["pk"]), {way: str(boundary.pk)}, size=1)
    assert list(page) == [rows.first()]
    assert page.next and not page.previous
