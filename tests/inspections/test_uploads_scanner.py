"""Each upload is shown to the virus scanner, where there is one, and nothing is taken without its word."""

import hashlib
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from inspections import uploads
from inspections.models import Evidence
from tests.factories import make_inspection, make_photo
from tests.inspections.scanner_daemon import HARMFUL, daemon

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
INFECTED = PDF.replace(b"endobj", b"endobj %" + HARMFUL + b"\n", 1)


def attach(world, content, name="王某的回执.pdf"):
    with translation.override("en"):
        return Evidence.attach(make_inspection(world), SimpleUploadedFile(name, content), by=world.inspector)


@pytest.mark.parametrize("by_path", [False, True], ids=["host and port", "socket"])
def test_a_clean_file_is_shown_whole_and_once_then_taken(world, settings, tmp_path, by_path):
    with daemon(path=tmp_path / "clamd.sock" if by_path else None) as (settings.CLAMAV, received):
        upload = SimpleUploadedFile("回执.pdf", PDF.replace(b"%%EOF", b"%" + b"x" * 200_000 + b"\n%%EOF"))
        uploads.check(upload)
        evidence = Evidence.attach(make_inspection(world), upload, by=world.inspector)
    assert [hashlib.sha256(one).hexdigest() for one in received] == [evidence.sha256]


def test_of_a_photo_the_scanner_sees_what_arrived(world, settings):
    with daemon() as (settings.CLAMAV, received):
        evidence = Evidence.attach(make_inspection(world), make_photo(), by=world.inspector)
    assert hashlib.sha256(received[0]).hexdigest() == evidence.original_sha256


def test_one_that_it_knows_is_refused_and_noted_without_its_name(world, settings, caplog):
    with daemon() as (settings.CLAMAV, _received), pytest.raises(ValidationError, match="refused by the virus scanner"):
        attach(world, INFECTED)
    assert not Evidence.objects.exists()
    assert "Test.Harmful" in caplog.text and "王某" not in caplog.text


@pytest.mark.parametrize("answer", ["", "INSTREAM size limit exceeded. ERROR", "stream: NOT OK", "OK FOUND"])
def test_without_a_verdict_nothing_is_taken(world, settings, answer):
    with daemon(answer=answer) as (settings.CLAMAV, _received), pytest.raises(ValidationError, match="try again later"):
        attach(world, PDF)
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("address", ["127.0.0.1:9", "/nowhere/clamd.sock"])
def test_without_the_scanner_nothing_is_taken(world, settings, address):
    settings.CLAMAV = address
    with pytest.raises(ValidationError, match="try again later"):
        attach(world, PDF)
    assert not Evidence.objects.exists()


def test_a_scanner_that_says_nothing_is_waited_for_so_long_and_no_longer(world, settings):
    settings.CLAMAV_SECONDS = 0.2
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMAV = f"127.0.0.1:{silent.getsockname()[1]}"
        started = time.monotonic()
        with pytest.raises(ValidationError, match="try again later"):
            attach(world, PDF)
    assert time.monotonic() - started < 5


def test_without_a_scanner_set_none_is_asked(world):
    assert attach(world, INFECTED).pk


CONFIGURATION = """LocalSocket {folder}/clamd.sock
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
Foreground yes
User {user}
StreamMaxLength 25M
"""


@pytest.fixture
def clamd(tmp_path):
    """A real ClamAV with one signature of our own: that of the harmless words."""
    program = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if program is None:
        pytest.fail("Install it first: sudo apt-get install clamav-daemon")
    (tmp_path / "signatures").mkdir()
    (tmp_path / "signatures" / "own.ndb").write_text(f"Test.Harmful:0:*:{HARMFUL.hex()}\n")
    (tmp_path / "clamd.conf").write_text(CONFIGURATION.format(folder=tmp_path, user=Path.home().owner()))
    running = subprocess.Popen(
        [program, "--config-file", tmp_path / "clamd.conf"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        address = tmp_path / "clamd.sock"
        until = time.monotonic() + 60
        while not address.exists():
            if running.poll() is not None or time.monotonic() > until:
                pytest.fail(f"clamd does not start: {running.stdout.read().decode()[-2000:]}")
            time.sleep(0.1)
        yield str(address)
    finally:
        running.terminate()
        running.wait(30)
        running.stdout.close()


@pytest.mark.long
def test_a_real_clamav_takes_the_clean_and_refuses_the_known(world, settings, clamd):
    settings.CLAMAV = clamd
    assert attach(world, PDF).pk
    with pytest.raises(ValidationError, match="refused by the virus scanner"):
        attach(world, INFECTED)
    assert Evidence.objects.count() == 1
