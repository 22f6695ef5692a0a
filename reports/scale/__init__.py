"""Synthetic campaigns of the size of a city, a province and the nation, on which speed is measured."""

from reports.scale.load import load_scale
from reports.scale.sizes import SIZES, Size

__all__ = ["SIZES", "Size", "load_scale"]
