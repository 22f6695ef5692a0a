"""What an archive says about itself: version, migrations, rows of each table, figures of each campaign, parts."""

import tomllib
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from entities.today import today
from inspections.models import Campaign
from reports.backup.database import row_counts
from reports.indicators import INDICATORS
from reports.own import Broken, own_indicators
from reports.scope import FigureScope


def version() -> str:
    """The version of the application, from pyproject.toml."""
    return tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def applied_migrations() -> list[str]:
    """Each applied migration as `app.name`."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def figures(on: date) -> dict[str, dict[str, str | None]]:
    """The figures of each campaign, counted from its records and judged by that day."""
    told = {}
    for campaign in Campaign.objects.order_by("code"):
        scope = FigureScope(campaign, on=on)
        own = [declared for declared in own_indicators(campaign) if not isinstance(declared, Broken)]
        counted = {declared.key: declared.total(scope) for declared in (*INDICATORS, *own)}
        told[campaign.code] = {key: _plain(value) for key, value in counted.items()}
    return told


def description() -> dict:
    """All of it but the parts; taken inside the moment of the dump."""
    on = today()
    return {
        "version": version(),
        "written_at": timezone.now().isoformat(),
        "engine": connection.vendor,
        "migrations": applied_migrations(),
        "rows": row_counts(),
        "day": on.isoformat(),
        "figures": figures(on),
    }


def _plain(value) -> str | None:
    """A figure as text, the same whichever database counted it."""
    return None if value is None else f"{Decimal(str(value)).normalize():f}"


def known_migrations() -> set[str]:
    """Each migration of this version as `app.name`, those that a later one replaces included where they were applied."""
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def day_of(told) -> date:
    """The day by which the figures of the archive were judged."""
    return date.fromisoformat(told["day"])
