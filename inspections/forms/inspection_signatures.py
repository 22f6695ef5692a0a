"""Signatures drawn with a finger: each arrives as a PNG in a field of the form, so that it is kept like anything typed."""

import base64
import binascii
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from inspections.models.visit import ENTITY_SLOT, officer_slot

HEAD = "data:image/png;base64,"
MAX_BYTES = 200_000
MAX_PIXELS = 2_000_000


def read_signature(text, name):
    """The picture that was drawn, as a file; raises ValidationError when it is no picture or nothing was drawn."""
    damaged = ValidationError(_("The signature did not arrive whole: sign again."))
    if not text.startswith(HEAD) or len(text) > MAX_BYTES * 4 // 3:
        raise damaged
    try:
        content = base64.b64decode(text.removeprefix(HEAD), validate=True)
        with Image.open(BytesIO(content), formats=["PNG"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise damaged
            darkness, alpha = image.convert("LA").split()
    except (binascii.Error, UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise damaged from None
    is_drawn = alpha.getextrema()[1] > 0 and (alpha.getextrema()[0] == 0 or len(set(darkness.getextrema())) > 1)
    if not is_drawn:
        raise ValidationError(_("The signature is blank: sign in the field."))
    return ContentFile(content, name=f"{name}.png")


def read_signatures(typed, officers):
    """The signatures in the form by their place, and the places of those that can't be read with what is wrong."""
    wanted = {officer_slot(officer) for officer in officers} | {ENTITY_SLOT}
    read, refused = {}, {}
    for name in sorted(wanted):
        if text := typed.get(name, "").strip():
            try:
                read[name] = read_signature(text, name)
            except ValidationError as error:
                refused[name] = error.messages[0]
    return read, refused
