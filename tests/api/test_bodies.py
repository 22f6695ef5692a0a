"""JSON that is nested deeper than anything that is taken is refused, wherever it comes in."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from entities.outside import MOST_LEVELS, read_json
from tests.api.test_sheets import visit

DEEP = [50, 500, 100_000]
URL = "/api/v1/inspection/"


def nested(levels):
    return "[" * levels + "]" * levels


@pytest.mark.parametrize("levels", DEEP)
def test_the_body_of_a_call(world, call, levels):
    client = call("inspector")
    for path in (URL, f"{URL}1/void/", "/api/v1/imports/", "/api/v1/snapshots/", "/api/v1/tokens/new/"):
        told = client.post(path, nested(levels), content_type="application/json", HTTP_IDEMPOTENCY_KEY="a")
        assert told.status_code in (400, 403, 404), path
    assert client.post(URL, nested(levels), content_type="application/json").json()["detail"]


@pytest.mark.parametrize("levels", DEEP)
def test_an_entry_of_a_call_and_the_sheet_beside_files(world, call, levels):
    client, sheet = call("inspector"), json.dumps(visit(world, remarks=None))
    deep = sheet.replace("null", nested(levels), 1)
    assert client.post(URL, deep, content_type="application/json").status_code == 400
    assert client.post(URL, {"sheet": deep, "photos": SimpleUploadedFile("a.jpg", b"x")}).status_code == 400


def test_what_is_read_of_it():
    assert read_json(nested(MOST_LEVELS)) and read_json('{"a": [1, {"b": 2}]}') == {"a": [1, {"b": 2}]}
    for text in (nested(MOST_LEVELS + 1), '{"a":' * 100_000, "[" * 100_000, "nonsense", ""):
        with pytest.raises(ValueError):
            read_json(text)
