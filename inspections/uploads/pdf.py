"""What a PDF does or carries beside its pages, told from its bytes: no library opens it here.

Names are read with their escapes undone, in the file itself and in every object stream, which are unpacked within bounds;
an object stream that can't be looked through is a reason to refuse. What remains is a file that hides objects from this
reader and shows them to a lenient one, so a PDF is also only ever handed out as a download in a sandbox.
"""

import re
import zlib
from bisect import bisect_left
from enum import Enum

MOST_STREAMS, MOST_ESCAPES, MOST_OPENINGS = 50_000, 100_000, 20
MOST_OF_ONE, MOST_UNPACKED = 32 << 20, 128 << 20
HEAD, DICTIONARY = 256, 4096

# A comment may stand in a gap, too. Nobody writes one there, and to skip it costs an attacker's file a search to its end
# from every name: so a comment counts as what it could hide.
SPACE = rb"[\0\t\n\f\r ]"
GAP = SPACE + rb"*+"
REFERENCE = rb"\d{1,10}[\0\t\n\f\r %]"
END = rb"(?![^\0\t\n\f\r ()<>\[\]{}/%])"
ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")
# All of these are too long to stand in the pixels of a scan by chance: wherever they are, somebody wrote them.
ACTIVE = re.compile(
    rb"/(?:(?:JavaScript|Launch|EmbeddedFiles?|RichMedia\w*|Rendition|SubmitForm|ImportData|GoToE)" + END
    + rb"|(?:AA|XFA)" + GAP + rb"(?:<<|%)|(?:AA|XFA)" + SPACE + rb"++" + REFERENCE + rb"|XFA" + GAP + rb"\[)"
)  # fmt: skip
ENCRYPTED = re.compile(rb"/Encrypt" + GAP + rb"(?:<<|%|" + REFERENCE + rb")")
# Too short to be looked for in pixels.
SCRIPT = re.compile(rb"/JS" + GAP + rb"(?:[(<%]|" + REFERENCE + rb")")
OPENING = re.compile(rb"/OpenAction" + END + GAP)
REFERRED = re.compile(rb"(\d{1,10})[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+R")
JUMP = re.compile(rb"/S" + GAP + rb"/GoTo" + END)

STREAM = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n|\n|\r)")
PACKED_OBJECTS = re.compile(rb"/ObjStm" + END)
FIRST, COUNT = re.compile(rb"/First" + GAP + rb"(\d{1,9})"), re.compile(rb"/N" + END)
FILTER = re.compile(rb"/Filter" + END)
ONLY_FLATE = re.compile(
    rb"/Filter" + GAP + rb"(?:/FlateDecode" + END + rb"|\[" + GAP + rb"/FlateDecode" + GAP + rb"\])"
)
PREDICTOR = re.compile(rb"/(?:DecodeParms|DP)" + GAP + rb"(?!null)")
LIKE_OBJECTS = re.compile(rb"[\0\t\n\f\r ]*\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]")
LAST = b"%%EOF"


class Fault(Enum):
    """Why a PDF is not taken."""

    ACTIVE = "active"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_LARGE = "too large"


class _Refused(Exception):
    """Ends the reading at the first fault."""


def fault_of(content) -> Fault | None:
    """The first reason not to take that PDF, or None. Never raises, whatever the bytes are."""
    try:
        _read(content)
    except _Refused as refused:
        return refused.args[0]
    return None


def _read(content):
    last = content.rfind(LAST)
    # What stands behind the end is no part of the document: it may be a page or an archive under the name of one.
    if not content.startswith(b"%PDF-") or last < 0 or content[last + len(LAST) :].strip(b"\0\t\n\f\r "):
        raise _Refused(Fault.DAMAGED)
    whole = _without_escapes(content)
    if ENCRYPTED.search(whole):
        raise _Refused(Fault.ENCRYPTED)
    if ACTIVE.search(whole):
        raise _Refused(Fault.ACTIVE)
    bodies = _bodies(content)
    packed = _object_streams(content, bodies, told=len(PACKED_OBJECTS.findall(whole)))
    ends = [0, *(end for _start, end in bodies)]
    starts = [*(start for start, _end in bodies), len(content)]
    objects = _without_escapes(b"\n".join(content[end:start] for end, start in zip(ends, starts, strict=True)))
    parts = [objects, *(data for data, _offsets in packed)]
    # Each is followed to where its object stands: some are saved again and again, none twenty times.
    if sum(len(OPENING.findall(part)) for part in parts) > MOST_OPENINGS:
        raise _Refused(Fault.TOO_LARGE)
    for part in parts:
        if ACTIVE.search(part) or SCRIPT.search(part) or not _opens_quietly(part, objects, packed):
            raise _Refused(Fault.ACTIVE)


def _without_escapes(content):
    """With #4A as the J that every reader takes it for."""
    plain, escapes = ESCAPED.subn(lambda found: bytes([int(found[1], 16)]), content, count=MOST_ESCAPES)
    if escapes == MOST_ESCAPES:
        raise _Refused(Fault.TOO_LARGE)
    return plain


def _bodies(content) -> list[tuple[int, int]]:
    """From where to where each stream goes, also those that overlap: a comment may pretend to begin one."""
    starts = [found.end() for found in STREAM.finditer(content)]
    if len(starts) > MOST_STREAMS:
        raise _Refused(Fault.TOO_LARGE)
    ends = [found.start() for found in re.finditer(rb"endstream", content)]
    bodies = []
    for start in starts:
        place = bisect_left(ends, start)
        bodies.append((start, ends[place] if place < len(ends) else len(content)))
    return bodies


def _object_streams(content, bodies, *, told) -> list[tuple[bytes, dict[int, int]]]:
    """What every stream of objects holds when unpacked, and where in it each object begins, by its number.

    A stream counts as one by what is said of it, or by how it begins; as many as are `told` of must be among them.
    """
    read, said, left, view = [], 0, MOST_UNPACKED, memoryview(content)
    for start, end in bodies:
        about = content[max(0, start - DICTIONARY) : start]
        about = _without_escapes(about[max(0, about.rfind(b"obj")) :])
        typed, first = bool(PACKED_OBJECTS.search(about)), FIRST.search(about)
        said += typed
        is_declared = typed or (first is not None and bool(COUNT.search(about)))
        if is_declared and (PREDICTOR.search(about) or (FILTER.search(about) and not ONLY_FLATE.search(about))):
            raise _Refused(Fault.DAMAGED)
        is_plain = is_declared and not FILTER.search(about)
        if is_plain and end - start <= left:
            data, is_whole = bytes(view[start:end]), True
        elif is_plain:
            raise _Refused(Fault.TOO_LARGE)
        elif is_declared or _begins_like_objects(view[start : min(end, start + HEAD)]):
            data, is_whole = _unpacked(view[start:end])
        else:
            continue
        left -= len(data) + end - start
        if left < 0:
            raise _Refused(Fault.TOO_LARGE)
        if is_declared and not is_whole:
            raise _Refused(Fault.DAMAGED)
        data = _without_escapes(data)
        read.append((data, _offsets(data, int(first[1]) if first else 0)))
    if said < told:
        raise _Refused(Fault.DAMAGED)
    return read


def _begins_like_objects(head) -> bool:
    try:
        return bool(LIKE_OBJECTS.match(zlib.decompressobj().decompress(head, HEAD)))
    except zlib.error:
        return False


def _unpacked(body) -> tuple[bytes, bool]:
    """As much as can be unpacked, and whether that was all of it."""
    unpacking, data = zlib.decompressobj(), b""
    try:
        data = unpacking.decompress(body, MOST_OF_ONE)
    except zlib.error:
        return data, False
    if len(data) >= MOST_OF_ONE:
        raise _Refused(Fault.TOO_LARGE)
    return data, unpacking.eof


def _offsets(data, first) -> dict[int, int]:
    numbers = [int(one) for one in data[: min(first, 1 << 20)].split() if one.isdigit() and len(one) < 11]
    return {number: first + offset for number, offset in zip(numbers[::2], numbers[1::2], strict=False)}


def _opens_quietly(part, objects, packed) -> bool:
    """Whether what is to happen at the opening is no more than a jump to a page."""
    for opening in OPENING.finditer(part):
        referred = REFERRED.match(part, opening.end())
        if referred is None:
            if not _is_jump(part, opening.end()):
                return False
            continue
        defined = re.compile(rb"(?<!\d)" + referred[1] + rb"[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+obj" + GAP)
        meant = [(objects, found.end()) for found in defined.finditer(objects)]
        number = int(referred[1])
        meant += [(data, offsets[number]) for data, offsets in packed if number in offsets]
        if not meant or not all(_is_jump(data, at) for data, at in meant):
            return False
    return True


def _is_jump(data, at) -> bool:
    said = data[at : at + HEAD].lstrip(b"\0\t\n\f\r ")
    return said.startswith(b"[") or (said.startswith(b"<<") and bool(JUMP.search(said.partition(b">>")[0])))
