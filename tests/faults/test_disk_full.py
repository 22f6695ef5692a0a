"""The disk for uploads is full: the officer is told in words, and nothing is written, neither row nor file."""

import subprocess

import pytest
from PIL import Image

from tests.faults.client import Client
from tests.faults.sheets import officers_of, visit_sheet

TABLES = ("inspection", "hazard", "evidence", "rectification", "historicalevidence", "historicalinspection")


@pytest.fixture
def full(served):
    """A disk of one megabyte under the folder for uploads."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m,mode=777", "tmpfs", served.media], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.fail("This test mounts a small disk: run it as root.")
    try:
        yield served
    finally:
        subprocess.run(["umount", "-l", served.media], check=True)


@pytest.fixture
def photo(tmp_path):
    """Noise, which no format makes small: more than the disk holds."""
    path = tmp_path / "shop.jpg"
    Image.effect_noise((2400, 1800), 90).convert("RGB").save(path, quality=95)
    assert path.stat().st_size > 1024 * 1024
    return path.read_bytes()


def there(system):
    """How many rows there are, and every file with its size."""
    rows = {table: system.one(f"SELECT count(*) FROM inspections_{table}") for table in TABLES}
    return rows, [(path.name, path.stat().st_size) for path in system.files()]


def test_a_photo_that_does_not_fit_is_refused_in_words_and_leaves_nothing(full, photo):
    sheet = visit_sheet(officers_of(full), failed=["XS-02"])
    path = f"/entities/{full.one('SELECT min(id) FROM entities_entity WHERE name LIKE %s', '零陵车行%')}/inspect/"
    before = there(full)
    with Client(full.address, "inspector") as client:
        client.sign_in()
        upload = {"photos": ("shop.jpg", photo, "image/jpeg")}
        for ask in (client.post, client.script):
            answer = ask(path, sheet, files=upload)
            assert answer.status_code == 422, answer.text[:500]
            assert "The storage is full" in answer.text
            assert "Traceback" not in answer.text and str(full.media) not in answer.text
            assert there(full) == before
        # Without the photo the visit arrives, and with a smaller one, too.
        assert client.script(path, sheet).status_code == 201
