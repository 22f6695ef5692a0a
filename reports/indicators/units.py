"""The units of figures that several chapters count in."""

from django.utils.translation import pgettext_lazy

CASES = pgettext_lazy("unit", "cases")
YUAN = pgettext_lazy("unit", "yuan")
ENTITIES = pgettext_lazy("unit", "entities")
PLACES = pgettext_lazy("unit", "hazard places")
VISITS = pgettext_lazy("unit", "visits")
BATCHES = pgettext_lazy("unit", "batches")
PIECES = pgettext_lazy("unit", "items")
