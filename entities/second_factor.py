"""The second factor of a log-in: codes of an app (TOTP, RFC 6238), and recovery codes for a lost phone."""

import secrets
from base64 import b32encode
from urllib.parse import quote

import segno
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from entities.models import AuditEvent

RECOVERY_CODES = 10
ISSUER = "永州电动自行车整治"
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is mistaken for something else
LONGEST_CODE = 20


def is_set_up(officer) -> bool:
    """Whether the officer's log-in asks for a code. One query."""
    return TOTPDevice.objects.filter(user=officer, confirmed=True).exists()


def is_asked_of(officer) -> bool:
    """Whether the site asks officers of that role for one."""
    return officer.role in settings.SECOND_FACTOR_ROLES


def begin(officer) -> TOTPDevice:
    """The key that waits for its first code, made anew where there is none."""
    device, _created = TOTPDevice.objects.get_or_create(user=officer, confirmed=False, defaults={"name": "app"})
    return device


def key_of(device) -> str:
    """The key as it is typed into an app."""
    return b32encode(device.bin_key).decode().rstrip("=")


def address_of(device) -> str:
    """What the app reads from the picture (otpauth://)."""
    label = f"{quote(ISSUER)}:{quote(device.user.get_username())}"
    return f"otpauth://totp/{label}?secret={key_of(device)}&issuer={quote(ISSUER)}&digits=6&period=30"


def picture_of(device) -> str:
    """The QR code of that address as a data URI."""
    return segno.make(address_of(device), error="m").svg_data_uri(scale=5, border=2)


@transaction.atomic
def confirm(officer, code) -> list[str] | None:
    """Take the waiting key into use, replacing the last one; the recovery codes, told this once, or None for a wrong code."""
    device = TOTPDevice.objects.select_for_update().filter(user=officer, confirmed=False).first()
    if device is None or not device.verify_token(_digits(code)):
        return None
    TOTPDevice.objects.filter(user=officer, confirmed=True).delete()
    device.confirmed = True
    device.save()
    AuditEvent.note(AuditEvent.Kind.SECOND_FACTOR, officer=officer, what="set up")
    return new_recovery_codes(officer)


@transaction.atomic
def new_recovery_codes(officer) -> list[str]:
    """Ten codes for one use each, in place of those before; only their keyed hashes are kept."""
    StaticDevice.objects.filter(user=officer).delete()
    device = StaticDevice.objects.create(user=officer, name="recovery")
    codes = ["".join(secrets.choice(ALPHABET) for _n in range(10)) for _n in range(RECOVERY_CODES)]
    for code in codes:
        device.token_set.create(token=_kept(code))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def recovery_codes_left(officer) -> int:
    """How many were not used yet."""
    device = StaticDevice.objects.filter(user=officer).first()
    return device.token_set.count() if device else 0


@transaction.atomic
def verify(officer, code) -> bool:
    """Whether that is the app's code of this moment, never taken twice, or an unused recovery code, which is then used up.

    After a wrong one the next is refused for a while that doubles each time; each wrong one is an event.
    """
    is_right = _is_right(officer, code.strip()[:LONGEST_CODE])
    if not is_right:
        AuditEvent.note(AuditEvent.Kind.REFUSED, officer=officer, what="second factor")
    return is_right


def _is_right(officer, code) -> bool:
    if _digits(code).isdecimal() and len(_digits(code)) == 6:
        device = TOTPDevice.objects.select_for_update().filter(user=officer, confirmed=True).first()
        return device is not None and device.verify_token(_digits(code))
    device = StaticDevice.objects.select_for_update().filter(user=officer).first()
    return device is not None and device.verify_token(_kept(code.replace("-", "").lower()))


@transaction.atomic
def take_away(officer):
    """The log-in asks for no code any more: by the officer, or by an administrator for a lost phone."""
    AuditEvent.note(AuditEvent.Kind.SECOND_FACTOR, officer=officer, what="taken away")
    TOTPDevice.objects.filter(user=officer).delete()
    StaticDevice.objects.filter(user=officer).delete()


def _digits(code) -> str:
    return "".join(code.split())


def _kept(code) -> str:
    return salted_hmac("recovery-code", code, algorithm="sha256").hexdigest()[:16]
