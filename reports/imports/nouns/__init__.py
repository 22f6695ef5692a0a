"""The kinds of record that can be imported."""

from reports.imports.nouns.certificate import CERTIFICATES
from reports.imports.nouns.entity import ENTITIES
from reports.imports.nouns.inspection import INSPECTIONS
from reports.imports.nouns.listing import LISTINGS
from reports.imports.nouns.sampling import SAMPLING_RESULTS
from reports.imports.nouns.self_check import SELF_CHECKS
from reports.imports.nouns.task import TASKS

NOUNS = {
    noun.sheet.name: noun
    for noun in (ENTITIES, SELF_CHECKS, TASKS, INSPECTIONS, SAMPLING_RESULTS, LISTINGS, CERTIFICATES)
}
