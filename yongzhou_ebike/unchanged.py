"""Pages that are made again but not sent again: whoever has the same page already is told so."""

import re

from django.utils.cache import get_conditional_response

from entities.unchanged import kept_by_the_browser_alone, tag_of

# The token of the forms, in other letters each time: entities/unchanged.py says why its letters don't count. It stands after
# csrfmiddlewaretoken and X-CSRFToken: begun by what both end with, the search of a page takes a tenth of the time.
TOKEN = re.compile(rb'(oken(?:" value="|": "|&quot;: &quot;))[A-Za-z0-9]{64}')


class UnchangedPagesMiddleware:
    """Tags each page with what it says, and answers 304 to a browser that has just that.

    It saves a phone the way, not the server the work: a view whose work is worth saving says `unchanged_while`. Pages that
    nobody may keep have no tag.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method != "GET" or not _is_a_page_to_keep(response):
            return response
        etag = tag_of(request, response.get("Content-Language", ""), TOKEN.sub(rb"\1", response.content))
        if etag is None:
            return response
        response["ETag"] = etag
        kept_by_the_browser_alone(response)
        return get_conditional_response(request, etag=etag, response=response)


def _is_a_page_to_keep(response) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and response.get("Content-Type", "").startswith("text/html")
        and not any(response.has_header(name) for name in ("ETag", "Content-Disposition"))
        and "no-store" not in response.get("Cache-Control", "")
    )
