"""`manage.py figures`: what it prints, and that its check really fails."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from reports.indicators import INDICATORS
from reports.models import Cell
from tests.factories import make_inspection


def figures(capsys, *options):
    call_command("figures", "TEST-2024", *options)
    return capsys.readouterr().out


def test_json_holds_the_scope_and_every_figure(world, capsys):
    make_inspection(world)
    answer = json.loads(figures(capsys, "--format", "json", "--region", "431102", "--from", "2024-09-01"))
    assert answer["figures"]["inspections"] == 1
    assert (answer["campaign"], answer["region"], answer["from"]) == ("TEST-2024", "431102", "2024-09-01")


@pytest.mark.parametrize(("axis", "group"), [("region", "431102"), ("month", "2024-09")])
def test_figures_by_region_and_month(world, capsys, axis, group):
    make_inspection(world)
    answer = json.loads(figures(capsys, "--format", "json", "--by", axis))
    assert answer["by"][group]["inspections"] == 1


def test_csv_has_a_line_for_each_indicator(world, capsys):
    lines = figures(capsys, "--format", "csv").splitlines()
    assert lines[0] == "key,label,unit,total"
    assert any(line.startswith("inspections,") for line in lines)


def test_the_check_names_each_figure_that_differs(world, tmp_path):
    make_inspection(world)
    listed = tmp_path / "published.json"
    rows = [{"key": "inspections", "value": 1}, {"key": "hazards_found", "value": 5}]
    listed.write_text(json.dumps({"figures": rows}))
    with pytest.raises(CommandError, match="hazards_found: published 5, counted 0"):
        call_command("figures", "TEST-2024", check=str(listed))
    listed.write_text(json.dumps({"figures": rows[:1]}))
    call_command("figures", "TEST-2024", check=str(listed))


@pytest.mark.parametrize(
    "options", [["--region", "999"], ["--from", "yesterday"], ["--from", "2024-06-02", "--to", "2024-06-01"]]
)
def test_nonsense_is_refused_in_words(world, options):
    with pytest.raises(CommandError):
        call_command("figures", "TEST-2024", *options)


def test_an_unknown_campaign_is_named(world):
    with pytest.raises(CommandError, match="NOPE"):
        call_command("figures", "NOPE")


def test_the_page_of_indicators_is_what_the_declarations_say(capsys):
    call_command("figures", describe=True)
    said = capsys.readouterr().out
    assert all(said.count(f"| `{declared.key}` |") >= 1 for declared in INDICATORS)
    assert Path("docs/indicators.md").read_text(encoding="utf-8") == said, "write it anew: make messages"


def test_kept_figures_are_proved_and_a_false_one_is_named(world, capsys):
    make_inspection(world)
    with pytest.raises(CommandError, match="No figures of TEST-2024 are kept"):
        figures(capsys, "--verify")
    assert "figures of TEST-2024 are kept" in figures(capsys, "--keep")
    call_command("figures", verify=True)
    assert "Every kept figure is what the records say." in capsys.readouterr().out
    Cell.objects.filter(own=False, place="43").update(figures={"inspections": 2})
    with pytest.raises(CommandError, match="cells differ from the records"):
        call_command("figures", verify=True)
    assert "TEST-2024: inspections: 43, 2024-09: kept 2, counted 1" in capsys.readouterr().out
