"""Writing once: the same call under the same idempotency key is done one time, and its answer is given again."""

import hashlib
import json

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from entities.outside import is_storable
from reports.api.problems import Conflict, Malformed
from reports.models import ApiAnswer

HEADER = "Idempotency-Key"
LONGEST_KEY = 80


def once(request, act) -> HttpResponse:
    """The answer of `act`, or the one that the same call was given before.

    Key and answer are written in the transaction of the call: so a call that was answered is never done again, and one that failed
    can be tried anew. Whether the officer may call it, and sees what it is about, the caller asks before: an answer given again is
    none for eyes from which the record has gone since. Raises Conflict when the key was used for another call.
    """
    key = request.headers.get(HEADER, "")
    if len(key) > LONGEST_KEY or not is_storable(key):
        raise Malformed(_("The idempotency key has at most %(most)d letters.") % {"most": LONGEST_KEY})
    if not key:
        with transaction.atomic():
            return act()
    asked = _fingerprint(request)
    try:
        with transaction.atomic():
            # Whoever comes second waits here until the first one has ended.
            row = ApiAnswer.objects.create(officer=request.user, key=key, asked=asked)
            answer = act()
            row.status, row.headers = answer.status_code, _told_again(answer)
            row.body = answer.content.decode()
            row.save()
            return answer
    except IntegrityError:
        before = ApiAnswer.objects.filter(officer=request.user, key=key).first()
        if before is None:
            raise
    if before.asked != asked:
        raise Conflict(_("This idempotency key was used for another call: take a new one."))
    return HttpResponse(before.body, status=before.status, headers=before.headers | {"Idempotent-Replayed": "true"})


def _told_again(answer):
    return {name: answer[name] for name in ("Content-Type", "ETag", "Location") if answer.has_header(name)}


def _fingerprint(request) -> str:
    """Method, address, version and content; a file by its own content."""
    digest = hashlib.sha256(
        f"{request.method} {request.get_full_path()}\n{request.headers.get('If-Match', '')}\n".encode()
    )
    if hasattr(request.data, "lists"):
        for name, values in sorted(request.data.lists()):
            for value in values:
                digest.update(name.encode())
                if hasattr(value, "chunks"):
                    for chunk in value.chunks():
                        digest.update(chunk)
                    value.seek(0)
                else:
                    digest.update(str(value).encode("utf-8", "surrogatepass"))
    else:
        digest.update(json.dumps(request.data, sort_keys=True).encode())
    return digest.hexdigest()
