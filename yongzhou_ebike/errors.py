"""What is answered to an unforeseen error, with the number under which the log tells what happened."""

import sys

from django.http import HttpResponseServerError
from django.template import loader
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from entities.log_context import request_id
from reports.api.problems import problem
from yongzhou_ebike.trouble import answer_in_trouble


@requires_csrf_token
def server_error(request):
    """Also for trouble that a middleware met: Django calls this while it handles the error, and does not hand it over."""
    trouble = answer_in_trouble(request, sys.exc_info()[1])
    if trouble is not None:
        return trouble
    if request.path.startswith("/api/"):
        said = _("Something unforeseen happened. Tell the administrator this number: %(number)s")
        return problem(500, said % {"number": request_id.get()}, request=request)
    # No context processor and no translation: whatever broke may be what they need.
    return HttpResponseServerError(loader.get_template("500.html").render({"reference": request_id.get()}))
