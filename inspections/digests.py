"""The daily digest: one for a person and a day, in the application, and by e-mail where that is configured."""

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from inspections.due import SOURCES, due_list
from inspections.models import Digest

MOST_LINES = 20  # never a flood: the rest is on the pages


def make_digest(officer, *, on) -> Digest | None:
    """The officer's digest of that day, made when it is not there yet; None when nothing is due."""
    found = Digest.objects.filter(officer=officer, day=on).first()
    if found is not None:
        return found
    with override(settings.LANGUAGE_CODE):
        due = due_list([(s, s.concerning(officer, on=on)) for s in SOURCES], on=on, most=MOST_LINES)
        if not due.count:
            return None
        lines = [[item.label, item.about, item.url, item.due_on.isoformat()] for item in due.first]
    values = {"overdue": due.overdue, "due_soon": due.soon, "lines": lines}
    return Digest.objects.get_or_create(officer=officer, day=on, defaults=values)[0]


def mail_digest(digest) -> bool:
    """Send it to the officer's address, once however often it is asked; false when there was nothing to send.

    It is marked before it is sent: after a crash in between one mail is missing rather than doubled.
    """
    if not settings.SENDS_MAIL or not digest.officer.email:
        return False
    if not Digest.objects.filter(pk=digest.pk, mailed_at=None).update(mailed_at=timezone.now()):
        return False
    with override(settings.LANGUAGE_CODE):
        subject = gettext("%(overdue)d overdue, %(soon)d due within a week") % {
            "overdue": digest.overdue, "soon": digest.due_soon,
        }  # fmt: skip
        lines = [f"{day}  {label}  {about}" for label, about, _url, day in digest.lines]
        more = digest.overdue + digest.due_soon - len(lines)
        if more:
            lines.append(gettext("and %(count)d more") % {"count": more})
        lines.append(f"{settings.SITE_URL}{reverse('digest', args=[digest.pk])}")
        send_mail(subject, "\n".join(lines), None, [digest.officer.email])
    return True
