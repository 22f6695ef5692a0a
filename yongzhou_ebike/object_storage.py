"""Files in an S3-compatible object store, for a city that runs several servers or keeps no files on them."""

import errno
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

IN_MEMORY = 4 * 1024 * 1024
FULL = {"QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "EntityTooLarge"}


class ObjectStorage(S3Storage):
    """A private bucket whose addresses are given to nobody: every file goes through a view that asks who may see it.

    What the store says becomes the OSError that a disk would raise, so that nothing else needs to know where files are.
    """

    def __init__(self, *, encryption="", **options):
        written = {"ServerSideEncryption": encryption} if encryption else {}
        super().__init__(
            **{
                "default_acl": None,
                "file_overwrite": False,
                "querystring_auth": False,
                "max_memory_size": IN_MEMORY,
                "object_parameters": {"CacheControl": "private, no-store"} | written,
                "client_config": Config(
                    signature_version="s3v4", connect_timeout=5, read_timeout=30, retries={"max_attempts": 3},
                    s3={"addressing_style": "path"},
                ),
                "transfer_config": TransferConfig(use_threads=False),
            } | options
        )  # fmt: skip

    def url(self, name, *args, **kwargs):
        """Raises ValueError: a file has no address of its own."""
        raise ValueError("Stored files are handed out by views only.")

    def _open(self, name, mode="rb"):
        with as_from_a_disk():
            kept = super()._open(name, mode)
            if "r" in mode:
                kept.file  # noqa: B018 -- fetched now, before the answer to the browser has begun
            return kept

    def _save(self, name, content):
        with as_from_a_disk():
            return super()._save(name, content)

    def delete(self, name):
        with as_from_a_disk():
            super().delete(name)

    def exists(self, name):
        with as_from_a_disk():
            return super().exists(name)

    def listdir(self, name):
        with as_from_a_disk():
            return super().listdir(name)

    def size(self, name):
        with as_from_a_disk():
            return super().size(name)

    def get_modified_time(self, name):
        with as_from_a_disk():
            return super().get_modified_time(name)


@contextmanager
def as_from_a_disk():
    """FileNotFoundError for what is not there, "no space left" for a full store, and an OSError for any other trouble."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if status == 404 and code != "NoSuchBucket":
            raise FileNotFoundError(errno.ENOENT, "There is no such object.") from error
        number = errno.ENOSPC if code in FULL or status == 507 else errno.EIO
        raise OSError(number, f"The object store refused: {code or status}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise OSError(errno.EIO, f"The object store can't be reached: {type(error).__name__}") from error
