"""What tests of imports share: rows that are checked, and rows that are written as they were checked."""

import pytest

from reports.imports.dry_run import Outcome, dry_run
from reports.imports.nouns import NOUNS
from tests.reports.import_lists import book


@pytest.fixture
def check_rows(world):
    def run(kind, *rows, officer=world.administrator):
        return dry_run(NOUNS[kind], "list.xlsx", book(kind, *rows), officer=officer, campaign=world.campaign)

    return run


@pytest.fixture
def write_rows(world, check_rows):
    """Write the rows as they were checked; returns the new records."""

    def run(kind, *rows):
        noun, checked, made = NOUNS[kind], check_rows(kind, *rows), []
        assert checked.findings == []
        for row in checked.rows:
            if row.outcome == Outcome.NEW:
                values = noun.values(row.row, checked.context)
                made.append(noun.make(row.row, values, checked.context, by=world.administrator))
            elif row.outcome == Outcome.CHANGED:
                values = noun.values(row.row, checked.context)
                noun.change(row.record, row.row, values, checked.context, by=world.administrator)
        return made

    return run
