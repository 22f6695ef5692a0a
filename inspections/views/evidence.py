"""Photos and documents, served only to those who see the record they belong to."""

from pathlib import PurePath

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from inspections.models import Evidence
from inspections.uploads import clean_name
from inspections.views.files import hand_out, says_when_away

# A file never changes under its number; only the officer's own browser may keep it.
KEPT_BY_THE_BROWSER = "private, max-age=31536000, immutable"


@login_required
@require_safe
@says_when_away
def evidence(request, pk):
    """The file itself: a photo in the page, a document as a download."""
    item = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk)
    return _served(item, item.file, item.media_type)


@login_required
@require_safe
@says_when_away
def evidence_thumb(request, pk):
    """The small picture of a photo, as lists show it; 404 for what has none."""
    item = get_object_or_404(Evidence.objects.visible_to(request.user).exclude(thumbnail=""), pk=pk)
    return _served(item, item.thumbnail, "image/jpeg")


def _served(item, kept, media_type):
    return hand_out(kept, name=download_name(item, kept), media_type=media_type, cache=KEPT_BY_THE_BROWSER)


def download_name(item, kept) -> str:
    """The original name without what could mislead, and with the extension that the content has."""
    return PurePath(clean_name(item.original_name)).stem + PurePath(kept.name).suffix
