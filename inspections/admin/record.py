"""What all ledgers in the admin share."""

from django.contrib import admin

from entities.scoped_admin import COPIED, StoredAdmin
from inspections.frame import request_frame

REGION = ("region", admin.RelatedOnlyFieldListFilter)
UNIT = ("unit", admin.RelatedOnlyFieldListFilter)
OF_ENTITY = ["entity__name", "entity__credit_code"]


class RecordAdmin(StoredAdmin):
    """A ledger. Where a record belongs is asked only of records that cannot copy it, and stays as it was."""

    asked = ("campaign",)  # of `COPIED`, what is entered when the record is made

    def __init__(self, model, admin_site):
        super().__init__(model, admin_site)
        if model.date_field != "created_at":
            self.date_hierarchy = model.date_field

    def get_exclude(self, request, obj=None):
        left_out = [name for name in COPIED if obj is None and name not in self.asked]
        return [*(super().get_exclude(request, obj) or ()), *left_out]

    def get_readonly_fields(self, request, obj=None):
        readonly = super().get_readonly_fields(request, obj)
        return [*dict.fromkeys((*COPIED, *readonly))] if obj is not None else readonly

    def get_changeform_initial_data(self, request):
        return {"campaign": request_frame(request).campaign} | super().get_changeform_initial_data(request)


class SeenOnly:
    """What is made and changed on the pages of the work, and only looked at here."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class SeenOnlyAdmin(SeenOnly, RecordAdmin):
    """A ledger that is only looked at here."""


class PlacedAdmin(RecordAdmin):
    """A ledger of records that stand by themselves: their region is asked for."""

    asked = ("campaign", "region")
