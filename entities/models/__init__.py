"""Who and where: regions, units, officers, regulated entities."""

from entities.models.audit import AuditEvent
from entities.models.entity import Entity, EntityKind, EntityState, IdentityKind, ProductType, RiskLevel
from entities.models.officer import Grant, Officer
from entities.models.place import KnownPlace
from entities.models.region import Region
from entities.models.relocation import Relocation
from entities.models.seal import Seal
from entities.models.session import OfficerSession
from entities.models.token import ApiToken, TokenScope
from entities.models.unit import Department, Unit

__all__ = [
    "ApiToken",
    "AuditEvent",
    "Department",
    "Entity",
    "EntityKind",
    "EntityState",
    "Grant",
    "IdentityKind",
    "KnownPlace",
    "Officer",
    "OfficerSession",
    "ProductType",
    "Region",
    "Relocation",
    "RiskLevel",
    "Seal",
    "TokenScope",
    "Unit",
]
