"""The words of a visit: how it was made, how it ended, how it stands, who signed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

SIGNATURE = "signature-"  # places of signatures among the evidence of a visit
ENTITY_SLOT = f"{SIGNATURE}entity"


def officer_slot(officer) -> str:
    """The place of that officer's signature."""
    return f"{SIGNATURE}{officer.pk}"


class Mode(models.TextChoices):
    ROUTINE = "routine", _("routine")
    CRACKDOWN = "crackdown", _("crackdown")
    JOINT = "joint", _("joint")
    CROSS_COUNTY = "cross_county", _("cross-county")


class Outcome(models.TextChoices):
    INSPECTED = "inspected", _("inspected")
    CLOSED = "closed", _("closed at the visit")
    NOT_FOUND = "not_found", _("not found")
    WRONG_ADDRESS = "wrong_address", _("wrong address")
    CHANGED_TRADE = "changed_trade", _("changed trade")
    REFUSED = "refused", _("refused")


class InspectionStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    AWAITING_CONFIRMATION = "awaiting_confirmation", _("awaiting confirmation")
    SUBMITTED = "submitted", _("submitted")
    VOIDED = "voided", _("voided")


class Signing(models.TextChoices):
    """How the on-site record was signed."""

    SCREEN = "screen", _("on this screen")
    PAPER = "paper", _("on paper")
    REFUSED = "refused", _("the entity's person refused")


class Relation(models.TextChoices):
    """What the person who signs is to the entity."""

    REPRESENTATIVE = "representative", _("legal representative or operator")
    MANAGER = "manager", _("person in charge on the spot")
    EMPLOYEE = "employee", _("employee")
    FAMILY = "family", _("member of the family")
    OTHER = "other", _("other relation")
