"""How pages and files travel: padded gzip for what is somebody's, brotli for what is the same for everybody."""

import gzip

import brotli
import pytest
from django.test import Client

BOTH = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}


def test_a_page_of_somebody_is_padded_gzip_whatever_else_is_accepted(client, world):
    client.force_login(world.inspector)
    sizes = set()
    for _time in range(12):
        answer = client.get("/entities/", **BOTH)
        assert answer["Content-Encoding"] == "gzip"
        sizes.add(len(answer.content))
        assert "csrfmiddlewaretoken" in gzip.decompress(answer.content).decode()
    assert len(sizes) > 3  # a size tells nothing of the token


@pytest.mark.parametrize("address", ["/login/", "/entities/"])
def test_a_page_with_a_token_is_never_brotli(db, address):
    assert Client().get(address, follow=True, **BOTH).get("Content-Encoding") == "gzip"


@pytest.mark.parametrize("address", ["/offline/", "/sw.js", "/manifest.webmanifest"])
def test_what_is_the_same_for_everybody_is_brotli(client, db, address):
    plain, packed = client.get(address), client.get(address, **BOTH)
    assert plain.status_code == 200
    assert packed["Content-Encoding"] == "br"
    assert brotli.decompress(packed.content) == plain.content
    assert "Accept-Encoding" in packed["Vary"]
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)


@pytest.mark.parametrize("accepted", ["gzip", "gzip, br;q=0", ""])
def test_who_takes_no_brotli_gets_none(client, db, accepted):
    answer = client.get("/offline/", HTTP_ACCEPT_ENCODING=accepted)
    assert answer.get("Content-Encoding") == ("gzip" if "gzip" in accepted else None)
