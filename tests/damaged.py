"""Packed files with a part that can't be unpacked, whichever way it is packed."""

import struct
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

PACKINGS = {"deflate": ZIP_DEFLATED, "bzip2": ZIP_BZIP2, "LZMA": ZIP_LZMA}


def not_unpacking(content, name, packing=ZIP_DEFLATED) -> bytes:
    """The packed file with that part packed so, and then spoilt."""
    written = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(written, "w") as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part.filename), packing if part.filename == name else ZIP_DEFLATED)
        spoilt = new.getinfo(name)
    whole = bytearray(written.getvalue())
    lengths = struct.unpack_from("<HH", whole, spoilt.header_offset + 26)
    start = spoilt.header_offset + 30 + sum(lengths)
    head = 9 if packing == ZIP_LZMA else 4 if packing == ZIP_BZIP2 else 0
    for place in range(start + head, start + spoilt.compress_size):
        whole[place] = 0xFF
    return bytes(whole)
