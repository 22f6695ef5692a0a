"""The kinds of record that can be imported."""

from reports.imports.nouns.entity import ENTITIES

NOUNS = {noun.sheet.name: noun for noun in (ENTITIES,)}
