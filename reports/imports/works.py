"""Large files are checked and written in the background."""

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports import jobs
from reports.imports.apply import apply, check, take_back
from reports.imports.read import unpacked_size
from reports.models.imported import Import
from reports.models.job import Job

UNPACKED = 20
CHECK, APPLY, TAKE_BACK = "import_check", "import_apply", "import_take_back"


def is_large(source) -> bool:
    """Whether nobody should wait for it in front of a page: as it is, or unpacked."""
    if source.file.size > settings.IMPORT_AT_ONCE_BYTES:
        return True
    with source.file.open("rb") as kept:
        return unpacked_size(kept) > UNPACKED * settings.IMPORT_AT_ONCE_BYTES


def start_check(source, *, by):
    """Look through the file in the background."""
    label = gettext("check of %(file)s") % {"file": source.name}
    return jobs.start(CHECK, by=by, campaign=source.campaign, parameters={"import": source.pk}, label=label)


def start_apply(source, *, by, without_wrong):
    """Write the file's rows in the background."""
    label = gettext("import of %(file)s") % {"file": source.name}
    parameters = {"import": source.pk, "without_wrong": without_wrong}
    return jobs.start(APPLY, by=by, campaign=source.campaign, parameters=parameters, label=label)


def start_take_back(source, *, by, reason):
    """Undo what the file wrote in the background."""
    label = gettext("taking back of %(file)s") % {"file": source.name}
    parameters = {"import": source.pk, "reason": reason}
    return jobs.start(TAKE_BACK, by=by, campaign=source.campaign, parameters=parameters, label=label)


def last_job(source):
    """The last piece of background work about this file, or None."""
    return Job.objects.filter(kind__in=[CHECK, APPLY, TAKE_BACK], parameters__import=source.pk).first()


def _source(progress):
    return Import.objects.select_related("by", "campaign").get(pk=progress.parameters["import"], by=progress.officer)


def _check(progress):
    check(_source(progress))


def _apply(progress):
    # One transaction that the job's own last step ends: a worker that dies leaves nothing, and a second one doubles nothing.
    apply(
        _source(progress),
        by=progress.officer,
        without_wrong=progress.parameters["without_wrong"],
        told=progress.at,
        confirm=progress.confirm,
    )


def _take_back(progress):
    take_back(
        _source(progress), by=progress.officer, reason=progress.parameters["reason"],
        told=progress.at, confirm=progress.confirm,
    )  # fmt: skip


def declare():
    """Make them known to the worker."""
    jobs.declare_work(jobs.Work(CHECK, _("check of a list"), "reports.add_import", _check))
    jobs.declare_work(jobs.Work(APPLY, _("import of a list"), "reports.add_import", _apply))
    jobs.declare_work(jobs.Work(TAKE_BACK, _("taking back of a list"), "reports.add_import", _take_back))
