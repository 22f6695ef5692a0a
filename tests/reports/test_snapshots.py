"""Figures frozen at a cut-off, signed, and compared with what came later."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from reports.indicators import totals
from reports.models import Snapshot, SnapshotLine
from reports.snapshots import Comparison, frozen_figures, numbers, scope_of
from tests.factories import make_inspection
from tests.world import TODAY


def freeze(world, *, by=None, region=None, until=TODAY, **changes):
    values = {"campaign": world.campaign, "region": region or world.county, "label": "第一次调度", "until": until}
    return Snapshot(**values | changes).freeze(frozen_figures, by=by or world.clerk)


def moved(comparison, key, officer):
    rows, hidden = comparison.moved(key, officer)
    return {(row.record, row.before, row.after) for row in rows}, hidden


def test_the_figures_stay_as_they_were_when_records_change(world):
    visit = make_inspection(world)
    snapshot = freeze(world)
    assert numbers(snapshot.figures(world.county))["inspections"] == 1
    assert numbers(snapshot.figures(world.county)) == {
        key: None if value is None else value for key, value in totals(scope_of(snapshot)).items()
    }
    visit.void(by=world.manager, reason="typed twice")
    later = make_inspection(world, entity=visit.entity)
    assert numbers(Snapshot.objects.get().figures(world.county))["inspections"] == 1
    comparison = Comparison(snapshot, None)
    assert next(d for d in comparison.differences if d.declared.key == "inspections").change == 0
    assert moved(comparison, "inspections", world.manager) == ({(visit, 1, 0), (later, 0, 1)}, 0)


def test_two_snapshots_are_compared_as_of_their_cut_offs(world):
    first = freeze(world, region=world.city)
    visit = make_inspection(world)
    second = freeze(world, region=world.city, label="第二次调度")
    visit.void(by=world.manager, reason="typed twice")
    assert moved(Comparison(first, second), "inspections", world.leader) == ({(visit, 0, 1)}, 0)
    assert moved(Comparison(second, None), "inspections", world.leader) == ({(visit, 1, 0)}, 0)
    assert moved(Comparison(first, second), "inspections", world.stranger) == (set(), 1)


def test_every_place_inside_is_frozen_and_the_citys_own_level(world):
    make_inspection(world)
    snapshot = freeze(world, region=world.city)
    assert {(line.region_id, line.own) for line in snapshot.lines.all()} == {
        ("4311", False), ("4311", True), ("431102", False), ("431103", False),
    }  # fmt: skip
    assert numbers(snapshot.figures(world.county))["inspections"] == 1
    assert numbers(snapshot.figures(world.city, own=True))["inspections"] == 0


def test_nothing_changes_a_snapshot(world):
    snapshot = freeze(world)
    for attempt in (
        snapshot.save, snapshot.delete, Snapshot.objects.all().delete, lambda: Snapshot.objects.update(label="x"),
        snapshot.lines.get().save, lambda: SnapshotLine.objects.update(figures={}), SnapshotLine.objects.all().delete,
    ):  # fmt: skip
        with pytest.raises(ValidationError):
            attempt()
    assert snapshot.is_intact


def test_figures_changed_around_the_model_are_noticed_and_not_signed(world):
    snapshot = freeze(world)
    SnapshotLine._base_manager.update(figures={"inspections": "99"})
    assert not snapshot.is_intact
    with pytest.raises(ValidationError):
        snapshot.sign(by=world.manager)


def test_it_is_signed_once_by_a_second_person(world):
    snapshot = freeze(world)
    with pytest.raises(ValidationError):
        snapshot.sign(by=world.clerk)
    snapshot.sign(by=world.manager)
    assert (snapshot.signed_by, snapshot.signed_on) == (world.manager, TODAY)
    with pytest.raises(ValidationError):
        snapshot.sign(by=world.leader)


def test_a_day_in_the_future_is_refused_and_nothing_is_written(client, world):
    client.force_login(world.clerk)
    entries = {"region": "431102", "label": "下周", "until": "2030-01-01"}
    answer = client.post(reverse("snapshot_new"), entries)
    assert answer.status_code == 422 and "下周" in answer.content.decode()
    assert not Snapshot.objects.exists()


def test_the_office_freezes_and_the_manager_signs(client, world):
    make_inspection(world)
    client.force_login(world.clerk)
    answer = client.post(
        reverse("snapshot_new"), {"region": "431102", "label": "一周", "until": str(TODAY)}, follow=True
    )
    snapshot = Snapshot.objects.get()
    assert answer.redirect_chain[-1][0] == snapshot.get_absolute_url()
    client.force_login(world.manager)
    client.post(reverse("snapshot_sign", args=[snapshot.pk]))
    snapshot.refresh_from_db()
    assert snapshot.signed_by == world.manager
    page = client.get(reverse("snapshot_compare", args=[snapshot.pk]) + "?figure=inspections")
    assert page.status_code == 200 and not page.context["moved"]
    assert client.get(reverse("snapshot_list")).context["snapshots"].count() == 1


def test_a_place_outside_the_scope_can_be_neither_frozen_nor_signed(client, world):
    snapshot = freeze(world, region=world.other_county, by=world.administrator)
    client.force_login(world.clerk)
    entries = {"region": "431103", "label": "邻县", "until": str(TODAY)}
    assert client.post(reverse("snapshot_new"), entries).status_code == 422
    client.force_login(world.manager)
    assert client.post(reverse("snapshot_sign", args=[snapshot.pk])).status_code == 404
    assert client.get(snapshot.get_absolute_url()).status_code == 200  # city figures are everybody's to see


def test_an_inspector_freezes_nothing_and_a_stranger_must_sign_in(client, world):
    snapshot = freeze(world)
    assert client.get(snapshot.get_absolute_url()).status_code == 302
    client.force_login(world.inspector)
    assert client.get(reverse("snapshot_new")).status_code == 403
    assert client.post(reverse("snapshot_sign", args=[snapshot.pk])).status_code == 403


def test_the_demonstration_has_two_signed_snapshots(demo_city):
    first, second = Snapshot.objects.order_by("until")
    assert (first.until, second.until) == (date(2024, 9, 30), date(2024, 12, 31))
    assert first.is_intact and second.is_intact and first.signed_by and second.signed_by
    grown = [numbers(one.figures(one.region))["inspections"] for one in (first, second)]
    assert 0 < grown[0] < grown[1] < 817
