"""Admin of what the campaign does: every ledger, scoped; what verbs write is read-only here."""

from inspections.admin import casework, findings, outreach, reference

__all__ = ["casework", "findings", "outreach", "reference"]
