"""The leader's dashboard and what belongs to it, one file for each question that it answers."""

from reports.dashboard.board import Dashboard, opening_region
from reports.dashboard.figures import Figure, dashboard_url, in_words, records_url

__all__ = ["Dashboard", "Figure", "dashboard_url", "in_words", "opening_region", "records_url"]
