"""The page of an unforeseen error, with the number under which the log tells what happened."""

from django.http import HttpResponseServerError
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

from entities.log_context import request_id


@requires_csrf_token
def server_error(request):
    """No context processor and no translation: whatever broke may be what they need."""
    return HttpResponseServerError(loader.get_template("500.html").render({"reference": request_id.get()}))
