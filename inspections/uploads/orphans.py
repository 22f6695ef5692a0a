"""Stored files that no row names: a transaction failed after they were written, or a storage was away when they were to go."""

import re

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models

# Only what this product names itself: nothing else that lies in the same bucket is ever touched.
FOLDERS = ("evidence", "imports", "jobs", "forms")
OWN_NAME = re.compile(r"[0-9a-f]{32}(\.[a-z0-9]{1,9})?")


def file_fields():
    """Every file field of the product, with its model."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.FileField):
                yield model, field


def orphans(*, before):
    """The names of stored files from before that moment that no row names, not even an earlier version of one."""
    for folder in FOLDERS:
        try:
            _folders, found = default_storage.listdir(folder)
        except FileNotFoundError:
            continue
        # Read after the list: a file that was written meanwhile is not in it.
        named = set(_named(folder)) if found else set()
        for name in found:
            path = f"{folder}/{name}"
            if OWN_NAME.fullmatch(name) and path not in named and default_storage.get_modified_time(path) < before:
                yield path


def _named(folder):
    for model, field in file_fields():
        holders = [model._base_manager]
        history = getattr(model, "history", None)
        if history is not None:
            holders.append(history.model._base_manager)
        for holder in holders:
            rows = holder.filter(**{f"{field.name}__startswith": f"{folder}/"})
            yield from rows.values_list(field.name, flat=True).iterator()
