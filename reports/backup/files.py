"""The stored files, evidence first of all, through the storage whatever it is: a folder or an object store."""

import hashlib

from django.core.files import File
from django.core.files.storage import default_storage

from reports.backup.parts import chunks_of

PROBES = "health_check_storage_test"  # what the probe writes and deletes again (yongzhou_ebike/health.py)


def stored_names(folder=""):
    """The name of each stored file, folder by folder."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        if name:
            yield f"{folder}/{name}" if folder else name
    for name in sorted(folders):
        if name and not (folder == "" and name == PROBES):
            yield from stored_names(f"{folder}/{name}" if folder else name)


def sha256_of(name) -> str:
    """The SHA-256 of a stored file."""
    digest = hashlib.sha256()
    with default_storage.open(name) as file:
        for chunk in chunks_of(file):
            digest.update(chunk)
    return digest.hexdigest()


def store(name, temporary):
    """Store the content of an open file under exactly that name."""
    stored = default_storage.save(name, File(temporary))
    if stored != name:
        default_storage.delete(stored)
        raise FileExistsError(name)
