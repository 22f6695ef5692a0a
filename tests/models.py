"""Our own models, for tests that walk them all."""

from django.apps import apps

WITHOUT_HISTORY = {
    "ApiAnswer",  # an answer that is given again for a week
    "ApiToken",  # made and revoked once, each an event
    "AuditEvent",  # history itself
    "KnownPlace",  # learnt from log-ins, which are events
    "OfficerSession",  # its log-in and log-out are events
    "Relocation",  # noted by the database from the entity's own
    "Seal",  # over the history
    "BulkChange",  # what it changed has its history; undone once
    "BulkRow",  # written once
    "Cell",  # derived from records that have one
    "Mark",  # gone as soon as it is read
    "Summary",  # says when cells were counted
    "BulletinVersion",  # written once
    "Digest",  # its officer's post: made once, put away, with nothing to change
    "FilledForm",  # written once, when it is handed out
    "Import",  # its rows say what was done, by whom and when
    "ImportedRow",  # written once, when it is imported
    "Job",  # moved by its worker every second
    "SavedFilter",  # a shortcut of its officer's
    "Snapshot",  # frozen when it is made, and signed once
    "SnapshotLine",  # frozen with it
    "Worker",  # only says that it lives
}


def own_models(*labels):
    """The models of those apps (of all without any) that keep a history, without the tables of that history."""
    return [
        model
        for label in labels or ("entities", "inspections", "reports")
        for model in apps.get_app_config(label).get_models()
        if not model.__name__.startswith("Historical") and model.__name__ not in WITHOUT_HISTORY
    ]
