"""What each role may do: the one table of rights. The permissions are Django's own, named as in the admin."""

from django.contrib.auth.models import Group, Permission
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The six roles (角色); each is a Django group."""

    INSPECTOR = "inspector", _("inspector")
    MANAGER = "manager", _("manager")
    CLERK = "clerk", _("office staff")
    LEADER = "leader", _("leader")
    DISCIPLINE = "discipline", _("discipline group")
    ADMINISTRATOR = "administrator", _("administrator")

    @property
    def group_name(self):
        return GROUP_NAMES[self.value]

    @classmethod
    def with_admin(cls):
        """Roles whose work needs the admin screens."""
        return {cls.MANAGER, cls.CLERK, cls.DISCIPLINE, cls.ADMINISTRATOR}


GROUP_NAMES = {
    "inspector": "检查人员",
    "manager": "管理人员",
    "clerk": "办公室人员",
    "leader": "领导",
    "discipline": "纪检监察组",
    "administrator": "系统管理员",
}

OUTREACH = [
    "coordinationevent", "assignment", "training", "publicity", "outreachevent", "exposure", "duty", "listing", "listingcheck",
    "monitoringrun", "certificate", "certificatechange", "recall",
]  # fmt: skip
CASEWORK = [
    "interview", "interviewedentity", "letter", "case", "casestep", "penalty", "samplingplan", "samplingbatch",
]  # fmt: skip
FINDINGS = [
    "inspection", "hazard", "rectification", "evidence", "order", "seizure", "seizeditem", "disposal", "handover",
]  # fmt: skip
REGISTER = ["selfcheck", "task", "lead"]
JOINT_WORK = ["operation", "jointteam"]
DEADLINES = ["deadline", "suspension"]
REFERENCE = [
    "campaign",
    "checklist",
    "checklistversion",
    "checklistitem",
    "holiday",
    "numberblock",
    "deadlinerule",
    "cause",
]
REPORTS = [
    "return", "ownindicator", "chosenindicator", "superiorform", "formbinding", "filledform", "snapshot", "snapshotline",
    "import", "importedrow",
    "bulletin", "bulletinversion", "round", "roundreport",
    "rankingrule",
]  # fmt: skip


def _writes(*models_, app="inspections"):
    return [f"{app}.{verb}_{model}" for model in models_ for verb in ("add", "change")]


_EVERYTHING_VISIBLE = [
    *(f"reports.view_{m}" for m in REPORTS),
    *(
        f"inspections.view_{m}"
        for m in [*OUTREACH, *CASEWORK, *FINDINGS, *REGISTER, *JOINT_WORK, *REFERENCE, *DEADLINES]
    ),
    *(f"entities.view_{m}" for m in ["region", "department", "unit", "officer", "entity"]),
]
_ENTITIES = _writes("entity", app="entities")
_MANAGING = [
    *_ENTITIES,
    *_writes(*REGISTER, *CASEWORK, *OUTREACH, *JOINT_WORK, "order", "evidence"),
    *_writes("return", app="reports"),
    "reports.add_snapshot",
    *_writes("superiorform", app="reports"),
    "reports.add_import",
    *_writes("bulletin", app="reports"),
    "reports.add_round",
    "reports.change_roundreport",
    "inspections.export_scope",
]
_REVIEWING = [
    "reports.review_bulletin",
    "reports.sign_snapshot",
    "inspections.change_deadline",
    "inspections.review_rectification",
    "inspections.review_grave_rectification",
    "inspections.decide_case",
    "inspections.void_inspection",
    "inspections.amend_inspection",
    "inspections.end_hazard",
]

RIGHTS = {
    Role.INSPECTOR: [
        *_EVERYTHING_VISIBLE,
        *_ENTITIES,
        *_writes(*FINDINGS, *CASEWORK, "selfcheck", "lead", "listingcheck", "duty"),
        "inspections.change_assignment",
        "inspections.review_rectification",
        "inspections.amend_inspection",
    ],
    Role.MANAGER: [*_EVERYTHING_VISIBLE, *_MANAGING, *_writes(*FINDINGS), *_REVIEWING],
    Role.CLERK: [
        *_EVERYTHING_VISIBLE,
        *_MANAGING,
        *_writes("numberblock", "disposal"),
        "inspections.decide_case",
        "inspections.transcribe_inspection",
    ],
    Role.LEADER: [*_EVERYTHING_VISIBLE, "inspections.export_scope", "reports.sign_snapshot", "reports.review_bulletin"],
    Role.DISCIPLINE: [*_EVERYTHING_VISIBLE, "inspections.export_scope", "inspections.read_history"],
    Role.ADMINISTRATOR: [
        *_EVERYTHING_VISIBLE,
        *_MANAGING,
        *_writes(*FINDINGS),
        *_REVIEWING,
        "inspections.read_history",
        *_writes(*REFERENCE),
        *_writes("region", "department", "unit", "officer", "grant", app="entities"),
        "entities.view_grant",
        "reports.view_job",
        *_writes("ownindicator", "chosenindicator", "rankingrule", app="reports"),
    ],
}


def load_roles():
    """Make the six groups hold exactly the rights of the table above; idempotent. Raises KeyError on an unknown right."""
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    for role, rights in RIGHTS.items():
        group, _created = Group.objects.get_or_create(name=role.group_name)
        group.permissions.set({known[right] for right in rights})
