"""Identity-card numbers: encrypted at rest, found by a keyed hash, shown masked."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric
from stdnum.exceptions import ValidationError as NumberError


def _key(purpose):
    return hashlib.blake2b(purpose.encode(), key=settings.IDENTITY_KEY.encode()[:64], digest_size=32).digest()


def fingerprint(number: str) -> str:
    """A keyed hash by which an encrypted number can be looked up; without the key it tells nothing."""
    return hmac.new(_key("look up"), number.strip().upper().encode(), hashlib.sha256).hexdigest()


class IdentityCard(models.Model):
    """The encrypted identity-card number (身份证号) of a natural person, GB 11643-1999."""

    identity_cipher = models.TextField(_("identity card, encrypted"), blank=True, editable=False)
    identity_hash = models.CharField(
        _("identity card, keyed hash"), max_length=64, blank=True, editable=False, db_index=True
    )

    class Meta:
        abstract = True

    def set_identity_card(self, number: str):
        """Keep the number encrypted; raises ValidationError when its check character is wrong. An empty one clears it."""
        number = number.strip().upper()
        if not number:
            self.identity_cipher = self.identity_hash = ""
            return
        try:
            ric.validate(number)
        except NumberError:
            raise ValidationError(
                {"identity_card": _("The identity-card number is not valid: compare its 18 characters with the card.")}
            ) from None
        fernet = Fernet(base64.urlsafe_b64encode(_key("encrypt")))
        self.identity_cipher = fernet.encrypt(number.encode()).decode()
        self.identity_hash = fingerprint(number)

    @property
    def masked_identity_card(self) -> str:
        """The first six and the last four characters, as official papers show it."""
        if not self.identity_cipher:
            return ""
        number = Fernet(base64.urlsafe_b64encode(_key("encrypt"))).decrypt(self.identity_cipher.encode()).decode()
        return f"{number[:6]}********{number[-4:]}"
