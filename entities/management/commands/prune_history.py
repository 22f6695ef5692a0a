from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Exists, OuterRef
from django.utils import timezone

from entities.models import AuditEvent
from entities.seals import prune, sealed_models


class Command(BaseCommand):
    help = "Remove history and events whose time is over (HISTORY_YEARS, AUDIT_MONTHS); a seal says what was removed."

    def handle(self, **options):
        now, count = timezone.now(), 0
        for model in sealed_models():
            is_event = model is AuditEvent
            days = settings.AUDIT_MONTHS * 31 if is_event else settings.HISTORY_YEARS * 366
            if days:
                old = {"at__lt" if is_event else "history_date__lt": now - timedelta(days=days)}
                rows = model._base_manager.filter(**old)
                if not is_event:
                    # The last version before the limit stays: it is what the record was then, and may still be.
                    key = model.instance_type._meta.pk.attname
                    later = model._base_manager.filter(
                        **old, **{key: OuterRef(key)}, history_id__gt=OuterRef("history_id")
                    )
                    rows = rows.filter(Exists(later))
                while removed := prune(model, rows):
                    count += removed
        self.stdout.write(f"{count} rows removed.")
