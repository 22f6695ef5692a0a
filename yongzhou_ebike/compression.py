"""Pages travel compressed, since most of them travel to a phone."""

import brotli
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import has_vary_header, patch_vary_headers

WORTH_IT = ("text/", "application/json", "application/javascript", "application/manifest+json")
SMALL_BYTES = 200
# What the fastest settings of both cost in time, for a fifth less to send.
BROTLI_QUALITY = 5


class CompressedPagesMiddleware(GZipMiddleware):
    """Compresses text only: photos and workbooks are compressed already.

    A page may hold a token and repeat what a stranger put into its address, so that its compressed size could be made to
    tell the token letter by letter (BREACH). The package pads each such answer by a random length, and Django writes the
    token in other letters each time. An answer that is the same for everybody has no token: brotli makes it smaller still.
    """

    def process_response(self, request, response):
        if not response.get("Content-Type", "").startswith(WORTH_IT):
            return response
        if is_the_same_for_everybody(request, response) and "br" in _accepted(request):
            return _by_brotli(response)
        return super().process_response(request, response)


def is_the_same_for_everybody(request, response) -> bool:
    """Whether nobody asked who the visitor is while it was made."""
    asked = has_vary_header(response, "Cookie") or response.cookies or "Authorization" in request.headers
    return not (asked or response.streaming)


def _accepted(request) -> set[str]:
    """The names of the encodings that the browser takes."""
    words = (part.split(";") for part in request.headers.get("Accept-Encoding", "").lower().split(","))
    return {name.strip() for name, *weight in words if "".join(weight).replace(" ", "") not in ("q=0", "q=0.0")}


def _by_brotli(response):
    if len(response.content) < SMALL_BYTES or response.has_header("Content-Encoding"):
        return response
    patch_vary_headers(response, ("Accept-Encoding",))
    packed = brotli.compress(response.content, quality=BROTLI_QUALITY)
    if len(packed) < len(response.content):
        response.content = packed
        response["Content-Length"], response["Content-Encoding"] = str(len(packed)), "br"
        if (etag := response.get("ETag", "")).startswith('"'):
            response["ETag"] = f"W/{etag}"
    return response
