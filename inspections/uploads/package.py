"""What an Office file does or carries beside its cells: looked at as a package of parts before any library opens it."""

import re
import zlib
from enum import Enum
from io import BytesIO
from lzma import LZMAError
from zipfile import BadZipFile, ZipFile

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_PARTS = 5000
MOST_OF_TEXT = 4 << 20
# Programs, controls and files inside the file, and what fetches from elsewhere when it is opened.
ACTIVE_PARTS = re.compile(
    r"vbaProject|(?:^|/)(?:activeX|embeddings|ctrlProps|externalLinks|webextensions|macrosheets|dialogsheets|customUI)/"
    r"|(?:^|/)connections\.xml$|(?:^|/)(?:queryTables)/|\.(?:exe|dll|js|vbs|bat|cmd|ps1|hta|jar|lnk|scr|msi)$",
    re.IGNORECASE,
)
ACTIVE_TYPES = re.compile(rb"macroEnabled|vbaProject|oleObject|activeX|ms-office\.control", re.IGNORECASE)
# The tags first, each looked at once: of one that never ends every word would be looked for an end of its own.
TAG = re.compile(rb"<[^<>]*+>")
EXTERNAL = re.compile(rb"\bTargetMode\s*=\s*[\"']External[\"']", re.IGNORECASE)
LINK = re.compile(rb"/relationships/hyperlink[\"']")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OLD_MACROS = ["_VBA_PROJECT".encode("utf-16-le")]
OLD_OBJECTS = ["\1Ole10Native".encode("utf-16-le"), "MBD0".encode("utf-16-le")]
# What the unpacking of a damaged file raises, whichever way its parts are packed.
BROKEN = (BadZipFile, zlib.error, LZMAError, RuntimeError, ValueError, LookupError, EOFError, OSError)


class Fault(Enum):
    """Why an Office file is not taken."""

    ACTIVE = "active"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"


def fault_of(content) -> Fault | None:
    """The first reason not to take that .xlsx, .docx or old .xls, or None. Never raises; unpacks but a few small parts."""
    if content.startswith(OLE):
        if ENCRYPTED in content:
            return Fault.ENCRYPTED
        return Fault.ACTIVE if any(mark in content for mark in [*OLD_MACROS, *OLD_OBJECTS]) else None
    try:
        with ZipFile(BytesIO(content)) as package:
            return _fault_of_package(package)
    except BROKEN:
        return Fault.DAMAGED


def _fault_of_package(package):
    parts = package.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or len(set(map(str.casefold, names))) < len(names) or "[Content_Types].xml" not in names:
        return Fault.DAMAGED
    if any(part.flag_bits & 1 for part in parts):
        return Fault.ENCRYPTED
    if any(ACTIVE_PARTS.search(name) for name in names):
        return Fault.ACTIVE
    for part in parts:
        if part.filename == "[Content_Types].xml":
            if ACTIVE_TYPES.search(_text(package, part)):
                return Fault.ACTIVE
        # A link that somebody clicks is fine; whatever else points outside is fetched when the file is opened.
        elif part.filename.endswith(".rels") and any(
            EXTERNAL.search(tag) and not LINK.search(tag) for tag in TAG.findall(_text(package, part))
        ):
            return Fault.ACTIVE
    return None


def _text(package, part) -> bytes:
    with package.open(part) as opened:
        text = opened.read(MOST_OF_TEXT + 1)
    if len(text) > MOST_OF_TEXT:
        raise ValueError(part.filename)
    # UTF-16 is allowed here, and would hide every word from a search for bytes.
    return text.replace(b"\0", b"")
