"""The ledgers (台账): one declaration for each kind of record."""

from reports.ledgers.declare import CHAPTERS, Ledger
from reports.ledgers.departments import DEPARTMENTS
from reports.ledgers.enforcement import ENFORCEMENT
from reports.ledgers.register import REGISTER
from reports.ledgers.society import SOCIETY
from reports.ledgers.visits import VISITS

LEDGERS: tuple[Ledger, ...] = (*REGISTER, *VISITS, *ENFORCEMENT, *DEPARTMENTS, *SOCIETY)
BY_NAME = {declared.name: declared for declared in LEDGERS}

__all__ = ["BY_NAME", "CHAPTERS", "LEDGERS", "Ledger"]
