"""How a stored file leaves the house: with headers that let a browser do nothing with it, and a page when it is away."""

from functools import wraps

from django.http import FileResponse
from django.shortcuts import render

from inspections.uploads import clean_name
from inspections.uploads.storing import FileAway, opened

NOT_KEPT = "private, no-store"
# What a browser may show in the page; everything else is a download.
SHOWN = {"image/jpeg", "image/png", "image/webp"}


def hand_out(field_file, *, name, media_type="application/octet-stream", cache=NOT_KEPT):
    """The response with that stored file. Raises FileAway, which `says_when_away` puts in words."""
    return guarded(opened(field_file), name=name, media_type=media_type, cache=cache)


def guarded(content, *, name, media_type, cache=NOT_KEPT):
    """A download of what somebody handed in, or a picture in the page."""
    response = FileResponse(
        content, content_type=media_type, as_attachment=media_type not in SHOWN, filename=clean_name(name)
    )
    response["X-Content-Type-Options"] = "nosniff"
    # Uploaded by somebody: whatever a browser finds in it must not act in the name of this site.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = cache
    return response


def says_when_away(view):
    """The view, with a page instead of an error when a file that it needs can't be read."""

    @wraps(view)
    def answering(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except FileAway as away:
            return render(request, "inspections/file_away.html", {"away": away}, status=404 if away.is_lost else 503)

    return answering
