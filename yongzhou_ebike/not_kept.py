"""What an officer read stays on no disk: the next person at the same computer does not find it by going back."""

from yongzhou_ebike.request_log import officer_of

NOT_KEPT = "private, no-store"


class NotKeptMiddleware:
    """Every answer to somebody who is signed in, unless its view says otherwise, as for photos, which never change."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if officer_of(request) is not None:
            response.headers.setdefault("Cache-Control", NOT_KEPT)
        return response
