"""Photos and documents, served only to those who see the record they belong to."""

from pathlib import PurePath

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from inspections.models import Evidence


@login_required
@require_safe
def evidence(request, pk):
    """The file itself: a photo in the page, a document as a download."""
    item = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk)
    return _served(item, item.file, item.media_type)


@login_required
@require_safe
def evidence_thumb(request, pk):
    """The small picture of a photo, as lists show it; 404 for what has none."""
    item = get_object_or_404(Evidence.objects.visible_to(request.user).exclude(thumbnail=""), pk=pk)
    return _served(item, item.thumbnail, "image/jpeg")


def _served(item, kept, media_type):
    try:
        content = kept.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        content, content_type=media_type, as_attachment=not item.is_photo, filename=download_name(item, kept)
    )
    response["X-Content-Type-Options"] = "nosniff"
    # Uploaded by somebody: whatever a browser finds in it must not act in the name of this site.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # A file never changes under its number; only the officer's own browser may keep it.
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def download_name(item, kept) -> str:
    """The original name without what could mislead: no control characters, and the extension that the content has."""
    stem = "".join(c for c in PurePath(item.original_name).stem if c.isprintable()) or str(item.pk)
    return stem + PurePath(kept.name).suffix
