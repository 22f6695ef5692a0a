"""The one rule for files that come from outside: what they are by their content, how large, and what they must not carry.

Every field that takes a file asks it, and the verb that keeps the file asks it again, so that no way in goes past it.
"""

import unicodedata
from contextlib import contextmanager
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from inspections import photos
from inspections.uploads import package, pdf, scanner

DOCUMENT_TYPES = {"application/pdf": ".pdf"}
LIST_ENDINGS = {".xlsx", ".xls", ".csv"}
LONGEST_NAME = 200
RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}


def check(upload, *, photo_only=False) -> str:
    """The media type of an uploaded photo or document, judged by its content.

    Raises ValidationError when it is over 20 MB, not a photo (JPEG, PNG, WebP, HEIC) or PDF, too large to decode, damaged,
    a PDF that does or carries more than its pages, known to the virus scanner, or when the scanner gives no answer.
    """
    media_type = judged(upload, photo_only=photo_only)
    if media_type in photos.FORMATS:
        with in_words(upload):
            photos.check(upload, media_type)
    return media_type


def judged(upload, *, photo_only=False) -> str:
    """The media type; raises as `check` does for all that is known without decoding."""
    names = {"name": clean_name(upload.name)}
    if not upload.size:
        raise ValidationError(gettext("“%(name)s” is empty: take or choose it again.") % names)
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        raise ValidationError(
            gettext("“%(name)s” is over 20 MB: take the photo in a smaller size and choose it again.") % names
        )
    media_type = photos.media_type_of(upload)
    if photo_only and media_type not in photos.FORMATS:
        raise ValidationError(gettext("“%(name)s” is not a photo: choose a JPEG, PNG, WebP or HEIC picture.") % names)
    if media_type not in photos.FORMATS and media_type not in DOCUMENT_TYPES:
        raise ValidationError(
            gettext("“%(name)s” is neither a photo nor a PDF: choose a JPEG, PNG, WebP, HEIC or PDF file.") % names
        )
    # The form asks, and the verb asks again: the long looks are taken once for each file.
    if not getattr(upload, "was_looked_through", False):
        upload.seek(0)
        content = upload.read()
        if media_type in DOCUMENT_TYPES:
            _refuse_document(content, names)
        refuse_found(content, name=upload.name)
        upload.was_looked_through = True
    return media_type


def check_list(content, *, name) -> str:
    """The ending under which a list of rows is kept: .xlsx, .xls or .csv. Raises ValidationError as `check_workbook` does.

    What says that it is CSV is no packed file under that name; whether its rows can be read is for its reader to say.
    """
    ending = PurePath(clean_name(name)).suffix.casefold()
    if ending not in LIST_ENDINGS or (ending == ".csv" and content.startswith((package.ZIP, package.OLE, b"%PDF-"))):
        raise ValidationError(gettext("Hand in an .xlsx, .xls or .csv file."))
    if ending == ".csv":
        refuse_found(content, name=name)
    else:
        check_workbook(content, name=name)
    return ending


def check_workbook(content, *, name):
    """Raise ValidationError when a workbook carries a program, another file or a source of its own, or is known as harmful.

    Whether it can be read, and is not too large, is for its reader to say.
    """
    fault = package.fault_of(content)
    if fault == package.Fault.ACTIVE:
        raise ValidationError(
            gettext(
                "The workbook has macros, embedded files or links to other files: copy its cells to a new one and save it as .xlsx."
            )
        )
    if fault == package.Fault.ENCRYPTED:
        raise ValidationError(
            gettext("The workbook is protected by a password: save it without one and hand it in again.")
        )
    if fault == package.Fault.DAMAGED:
        raise ValidationError(gettext("This is no workbook that can be read: save it as .xlsx."))
    refuse_found(content, name=name)


def refuse_found(content, *, name):
    """Ask the virus scanner, where there is one. Raises ValidationError for what it knows, and when it gives no answer."""
    try:
        scanner.scan(content)
    except scanner.Found:
        raise ValidationError(
            gettext("“%(name)s” was refused by the virus scanner: do not open it, and tell your administrator.")
            % {"name": clean_name(name)}
        ) from None
    except scanner.Away:
        raise ValidationError(
            gettext("The virus scanner gives no answer, and no file is taken without it: try again later.")
        ) from None


@contextmanager
def in_words(upload):
    """What the decoder says, as the officer needs to know it."""
    names = {"name": clean_name(upload.name)}
    try:
        yield
    except photos.TooManyPixels:
        raise ValidationError(
            gettext("“%(name)s” has too many pixels: take the photo in a smaller size.") % names
        ) from None
    except photos.Unreadable:
        raise ValidationError(gettext("“%(name)s” is damaged: take or choose the photo again.") % names) from None


def clean_name(name) -> str:
    """The name of an uploaded file as it is shown and handed out again, at most 200 characters.

    No folder, no control or invisible character (some turn the text round, so that gpj.exe reads as exe.jpg), no name that
    means a device on Windows, nothing hidden.
    """
    name = unicodedata.normalize("NFC", str(name or "")).replace("\\", "/").rpartition("/")[2]
    # C: control, format, surrogate, private and unassigned characters; Z beyond the plain space: line ends and the like.
    name = "".join(c for c in name if c == " " or unicodedata.category(c)[0] not in "CZ" and c not in '<>:"|?*')
    path = PurePath(name.strip(". ") or "file")
    stem, ending = path.stem.rstrip(". "), path.suffix[:20]
    if stem.partition(".")[0].strip().casefold() in RESERVED:
        stem = f"_{stem}"
    return stem[: LONGEST_NAME - len(ending)] + ending


def _refuse_document(content, names):
    fault = pdf.fault_of(content)
    if fault == pdf.Fault.ACTIVE:
        raise ValidationError(
            gettext("“%(name)s” carries a program or another file: print it to a new PDF and choose that one.") % names
        )
    if fault == pdf.Fault.ENCRYPTED:
        raise ValidationError(
            gettext("“%(name)s” is protected by a password: save it without one and choose it again.") % names
        )
    if fault == pdf.Fault.TOO_LARGE:
        raise ValidationError(
            gettext("“%(name)s” is too large when unpacked: print it to a new PDF and choose that one.") % names
        )
    if fault == pdf.Fault.DAMAGED:
        raise ValidationError(gettext("“%(name)s” is no whole PDF: print it to a new PDF and choose that one.") % names)
