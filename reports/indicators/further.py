"""The second ring: what other cities and provinces report on the same campaign, and no bulletin of this one does."""

from django.utils.translation import gettext_lazy as _

from reports.indicators.enforcement import ENFORCEMENT, SAMPLING
from reports.indicators.field import HAZARDS, INSPECTIONS, ORDERS, REGISTER
from reports.indicators.society import CERTIFICATION, ONLINE, OUTREACH, RESPONSIBILITY

FURTHER_CHAPTERS = {
    "register": _("Register of entities"),
    "visits": _("Inspections in detail"),
    "findings": _("Hazards in detail"),
    "orders": _("Orders and interviews in detail"),
    "casework": _("Cases in detail"),
    "sampling": _("Sampling in detail"),
    "certification": _("Certification and recall"),
    "online": _("Online monitoring"),
    "responsibility": _("Responsibility of entities"),
    "outreach": _("Outreach in detail"),
}

FURTHER = (
    *REGISTER, *INSPECTIONS, *HAZARDS, *ORDERS, *ENFORCEMENT, *SAMPLING, *CERTIFICATION, *ONLINE, *RESPONSIBILITY,
    *OUTREACH,
)  # fmt: skip
