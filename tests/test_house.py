"""The house rules: layers, migrations, translations, settings, locks."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
APPS = ["entities", "inspections", "reports", "yongzhou_ebike"]


def run(*command, cwd=ROOT, **environment):
    return subprocess.run(command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False)


def test_imports_go_one_way_down():
    checked = run(str(Path(sys.executable).parent / "lint-imports"), "--no-cache")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.django_db
def test_every_model_change_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_word_of_the_screens_has_its_chinese(tmp_path):
    for name in [*APPS, "templates", "manage.py", "locale"]:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    collected = run(
        sys.executable, str(ROOT / "manage.py"), "makemessages", "--locale", "zh_Hans", "--no-location", "--no-wrap",
        cwd=tmp_path,
    )  # fmt: skip
    assert collected.returncode == 0, collected.stderr
    catalogue = polib.pofile(str(tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    missing = [entry.msgid for entry in catalogue if not entry.obsolete and (not entry.translated() or entry.fuzzy)]
    assert not missing, f"{len(missing)} without Chinese: {missing[:20]}"


def test_words_are_marked_only_by_names_that_the_collector_knows():
    renamed = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        for line in path.read_text().splitlines()
        if re.search(r"gettext\w* as (?!_$|_,)", line)
    ]
    assert not renamed, renamed


PLACEHOLDER = r"%(\(\w+\))0?\d*[sd]"  # a number may be written with more or fewer digits


def test_placeholders_survive_translation():
    wrong = [
        entry.msgid
        for entry in polib.pofile(str(CATALOGUE))
        if not entry.obsolete
        and any(
            set(re.findall(PLACEHOLDER, entry.msgid_plural or entry.msgid)) != set(re.findall(PLACEHOLDER, text))
            for text in ([entry.msgstr] if not entry.msgid_plural else entry.msgstr_plural.values())
        )
    ]
    assert not wrong, wrong


def test_the_compiled_catalogue_is_the_committed_one():
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    written = polib.pofile(str(CATALOGUE))
    assert {e.msgid: (e.msgstr, e.msgstr_plural) for e in compiled} == {
        e.msgid: (e.msgstr, e.msgstr_plural) for e in written if e.translated() and not e.obsolete
    }


def test_code_and_templates_hold_no_chinese_screen_text():
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / "templates").rglob("*.html")
        if path.name != "500.html"  # shown when nothing works, translations included: it holds both languages
        for line in path.read_text().splitlines()
        if re.search("[\u4e00-\u9fff]", line)
    ]
    assert not found, found[:10]


def test_production_settings_pass_djangos_deployment_check():
    checked = run(
        sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING",
        SECRET_KEY="k" + "0123456789abcdefghij" * 4, DEBUG="0", HTTPS="1", DEMO_TODAY="",
        ALLOWED_HOSTS="campaign.example.gov.cn", ENV_FILE="", DJANGO_ALLOW_ASYNC_UNSAFE="",
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


def test_every_variable_that_the_settings_read_is_documented():
    text = (ROOT / "yongzhou_ebike" / "settings.py").read_text()
    docstring, code = text.split('"""', 2)[1:]
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', code)) - {"ENV_FILE"}
    assert read <= set(re.findall(r"^\| (\w+)", docstring, re.M))


def test_the_lock_holds_what_the_list_asks_for():
    asked = re.findall(r"^([a-z][\w-]*)", (ROOT / "requirements.in").read_text(), re.M)
    lock = (ROOT / "requirements.txt").read_text()
    assert [name for name in asked if not re.search(rf"^{name}(\[.*\])?==", lock, re.M)] == []
    assert lock.count("--hash=sha256:") > len(asked)


def test_no_page_names_an_outside_host():
    found = [
        f"{path.relative_to(ROOT)}: {match}"
        for folder in ("templates", "static")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".html", ".css", ".js", ".svg"}
        for match in re.findall(r'(?:src|href|action)="https?://[^"]+|url\(["\']?https?://[^)]+', path.read_text())
        if "www.w3.org" not in match
    ]
    assert not found, found
