"""Returns, own indicators, which indicators a campaign shows; and, to be looked at, what the office's pages keep."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from entities.scoped_admin import CityAdmin, ScopedAdmin, ScopedForm, StoredForm
from inspections.admin.record import REGION, PlacedAdmin, SeenOnly
from inspections.frame import request_frame
from reports.ledgers import LEDGERS
from reports.models import (
    Bulletin,
    ChosenIndicator,
    FilledForm,
    FormBinding,
    Import,
    Job,
    OwnIndicator,
    RankingRule,
    Return,
    Round,
    RoundReport,
    Snapshot,
    SuperiorForm,
)
from reports.own import CHAPTER_LABELS, labels, returnable


def _ledgers():
    return [("", "—"), *((ledger.name, str(ledger.label)) for ledger in LEDGERS)]


class ReturnAdminForm(StoredForm):
    """The indicator is chosen by its name."""

    indicator = forms.ChoiceField(label=_("indicator"), choices=lambda: returnable(None).items())


@admin.register(Return)
class ReturnAdmin(PlacedAdmin):
    form = ReturnAdminForm
    fixed = ("indicator", "region")
    list_display = ["indicator", "since", "until", "quantity", "unit", "region", "status"]
    list_filter = ["status", "is_opening", REGION]
    list_select_related = ["unit", "region"]
    search_fields = ["indicator", "document_number"]

    def is_settled(self, obj):
        return obj.status != "entered"


class OwnIndicatorForm(ScopedForm):
    ledger = forms.ChoiceField(
        label=_("ledger"), choices=_ledgers, required=False,
        help_text=_("Empty: the indicator is counted from returns alone."),
    )  # fmt: skip


@admin.register(OwnIndicator)
class OwnIndicatorAdmin(CityAdmin):
    has_many_rows = False
    form = OwnIndicatorForm
    fixed = ("campaign", "key")
    list_display = ["key", "name", "unit", "campaign", "ledger", "source"]
    list_display_links = ["key", "name"]
    list_filter = ["campaign"]
    list_select_related = ["campaign"]
    search_fields = ["key", "name", "name_en"]

    def get_changeform_initial_data(self, request):
        return {"campaign": request_frame(request).campaign} | super().get_changeform_initial_data(request)


class ChosenIndicatorForm(ScopedForm):
    key = forms.ChoiceField(label=_("indicator"), choices=lambda: labels(None).items())
    chapter = forms.ChoiceField(label=_("chapter"), choices=lambda: CHAPTER_LABELS.items())


@admin.register(ChosenIndicator)
class ChosenIndicatorAdmin(CityAdmin):
    """Without a row the campaign shows the figures of the bulletin; with the first one it shows what is chosen here."""

    has_many_rows = False
    form = ChosenIndicatorForm
    list_display = ["key", "campaign", "chapter", "rank"]
    list_filter = ["campaign", "chapter"]
    list_select_related = ["campaign"]
    search_fields = ["key"]

    def get_changeform_initial_data(self, request):
        return {"campaign": request_frame(request).campaign} | super().get_changeform_initial_data(request)


class RankingRuleForm(ScopedForm):
    key = forms.ChoiceField(label=_("indicator"), choices=lambda: labels(None).items())


@admin.register(RankingRule)
class RankingRuleAdmin(CityAdmin):
    """Without a row the usual rules rank."""

    has_many_rows = False
    form = RankingRuleForm
    list_display = ["key", "campaign", "weight", "fewer_is_better", "at_least"]
    list_filter = ["campaign"]
    list_select_related = ["campaign"]
    search_fields = ["key"]

    def get_changeform_initial_data(self, request):
        return {"campaign": request_frame(request).campaign} | super().get_changeform_initial_data(request)


class OfficeAdmin(SeenOnly, ScopedAdmin):
    """What has its own pages in the office."""

    has_many_rows = False


@admin.register(Job)
class JobAdmin(OfficeAdmin):
    list_display = ["label", "kind", "status", "by", "created_at", "finished_at"]
    list_filter = ["status", "kind"]
    list_select_related = ["by"]
    search_fields = ["label", "by__name"]


@admin.register(SuperiorForm)
class SuperiorFormAdmin(OfficeAdmin):
    list_display = ["name", "issued_by", "unit", "period_kind", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["unit"]
    search_fields = ["name", "issued_by"]


@admin.register(FormBinding)
class FormBindingAdmin(OfficeAdmin):
    list_display = ["form", "sheet", "cell", "holds", "indicator", "region", "of_unit"]
    list_filter = ["holds"]
    list_select_related = ["form", "region", "of_unit"]
    search_fields = ["cell", "indicator"]


@admin.register(FilledForm)
class FilledFormAdmin(OfficeAdmin):
    list_display = ["form", "by", "at"]
    list_select_related = ["form", "by"]
    search_fields = ["form__name"]


@admin.register(Snapshot)
class SnapshotAdmin(OfficeAdmin):
    list_display = ["label", "region", "until", "cut_off", "frozen_by", "signed_by"]
    list_filter = ["campaign"]
    list_select_related = ["region", "frozen_by", "signed_by"]
    search_fields = ["label"]


@admin.register(Import)
class ImportAdmin(OfficeAdmin):
    list_display = ["name", "kind", "status", "by", "created_at", "applied_at"]
    list_filter = ["status", "kind"]
    list_select_related = ["by"]
    search_fields = ["name"]


@admin.register(Round)
class RoundAdmin(OfficeAdmin):
    list_display = ["kind", "region", "since", "until", "cut_off"]
    list_filter = ["kind"]
    list_select_related = ["region"]
    search_fields = ["kind"]


@admin.register(RoundReport)
class RoundReportAdmin(OfficeAdmin):
    list_display = ["round", "unit", "status", "submitted_at", "approved_at"]
    list_filter = ["status"]
    list_select_related = ["round", "unit"]
    search_fields = ["unit__name"]


@admin.register(Bulletin)
class BulletinAdmin(OfficeAdmin):
    list_display = ["kind", "number", "region", "since", "until", "as_of", "unit"]
    list_filter = ["kind"]
    list_select_related = ["region", "unit"]
    search_fields = ["number"]
