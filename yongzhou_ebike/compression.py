"""Pages travel compressed, since most of them travel to a phone."""

from django.middleware.gzip import GZipMiddleware

WORTH_IT = ("text/", "application/json", "application/manifest+json")


class CompressedPagesMiddleware(GZipMiddleware):
    """Compresses text only: photos and workbooks are compressed already.

    The package pads each answer by a random length, so that its size tells nothing of a token on the page (BREACH).
    """

    def process_response(self, request, response):
        if response.get("Content-Type", "").startswith(WORTH_IT):
            return super().process_response(request, response)
        return response
