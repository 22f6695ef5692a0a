"""Work without a connection: the installable shell, its service worker, and what an officer takes along."""

import hashlib
import json

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from inspections.frame import request_frame
from inspections.offline import luggage

SCRIPTS = [
    "frame",
    "offline_page",
    "outbox",
    "photos",
    "problems",
    "signature",
    "store",
    "visit_form",
    "visit_page",
    "work",
]
STYLES = ["tokens", "base", "components", "pages", "inspection"]
PICTURES = ["icons/sprite.svg", "icons/favicon.svg", "icons/select.svg", "icons/app-192.png"]


@never_cache
@require_safe
def session(request):
    """Who is signed in, the token that a form needs, and the server's clock; 401 when nobody is."""
    if not request.user.is_authenticated:
        return JsonResponse({}, status=401)
    now = int(timezone.now().timestamp() * 1000)
    return JsonResponse({"officer": request.user.pk, "token": get_token(request), "now": now})


@never_cache
@login_required
@require_safe
def take_along(request):
    """The register, tasks and blank forms for a day without a connection; 304 when the phone has them already."""
    taken = luggage(request.user, request_frame(request).campaign)
    content = json.dumps(taken | {"at": 0}, ensure_ascii=False)
    etag = f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
    response = JsonResponse(taken, json_dumps_params={"ensure_ascii": False})
    if request.headers.get("If-None-Match") == etag:
        response.status_code, response.content = 304, b""
    response["ETag"] = etag
    return response


@never_cache
@require_safe
def shell(request):
    """The page that stands in for all others without a connection: the same for everybody, no name and no token in it."""
    return render(request, "offline/shell.html")


@never_cache
@require_safe
def service_worker(request):
    """The worker that answers without a connection; it changes when any of the files does that it keeps."""
    assets = [static(f"js/{name}.js") for name in SCRIPTS]
    assets += [static(f"css/{name}.css") for name in STYLES] + [static(name) for name in PICTURES]
    context = {
        "assets": json.dumps(assets),
        "version": hashlib.sha256("\n".join(assets).encode()).hexdigest()[:16],
        "shell": reverse("offline_shell"),
    }
    return render(request, "offline/worker.js", context, content_type="text/javascript")


@require_safe
def manifest(request):
    """What a phone needs to put the application on its first screen."""
    icons = [
        {"src": static(f"icons/app-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any maskable"}
        for size in (192, 512)
    ]  # fmt: skip
    about = {
        "name": _("E-bike safety campaign"), "short_name": _("E-bike safety"), "start_url": reverse("home"), "scope": "/",
        "display": "standalone", "background_color": "#f4f6f9", "theme_color": "#1f4e8c", "icons": icons,
    }  # fmt: skip
    return JsonResponse(about, content_type="application/manifest+json")
