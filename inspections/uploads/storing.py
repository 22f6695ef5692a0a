"""Where files that came through the rule are written and read again, whatever storage there is: a disk or an object store."""

import logging
from contextlib import contextmanager, suppress
from errno import EDQUOT, ENOSPC

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext

logger = logging.getLogger(__name__)


class FileAway(Exception):
    """A stored file can't be read: it is missing, or (`is_lost` is false) its storage gives no answer now."""

    def __init__(self, *, is_lost):
        super().__init__(is_lost)
        self.is_lost = is_lost


@contextmanager
def storing():
    """Around the writing of a file: a storage that is full or away becomes a ValidationError, so a form keeps what was typed."""
    try:
        yield
    except OSError as error:
        logger.exception("A file could not be stored.")
        if error.errno in (ENOSPC, EDQUOT):
            words = gettext("The storage is full, and nothing was written: tell your administrator, then try again.")
        else:
            words = gettext("The file could not be stored, and nothing was written: try again later.")
        raise ValidationError(words, code="storage") from error


@contextmanager
def kept(storage, name, content):
    """The content is stored under that name; the file goes again, and what was written of it, when something inside fails."""
    try:
        with storing():
            storage.save(name, ContentFile(content))
        yield name
    except BaseException:
        forget(storage, name)
        raise


def forget(storage, name):
    """Delete a file that no row will name. A storage that is away keeps it; `sweep_files` finds it later."""
    with suppress(OSError):
        storage.delete(name)


def opened(field_file):
    """The stored file, to be read. Raises FileAway."""
    try:
        return field_file.open("rb")
    except FileNotFoundError as error:
        raise FileAway(is_lost=True) from error
    except OSError as error:
        logger.exception("A stored file can't be read.")
        raise FileAway(is_lost=False) from error
