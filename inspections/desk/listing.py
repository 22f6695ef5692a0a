"""Sales pages on platforms: the rounds through them, the pages found, and what they show."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.desk.deadline import ReasonOnDayForm
from inspections.desk.declare import Deed, Desk
from inspections.desk.fields import EntityField
from inspections.desk.forms import FILES, ReasonForm, RecordForm
from inspections.forms.files import EvidenceField
from inspections.models import Listing, ListingCheck, ListingStatus, MonitoringRun


class PlatformInput(forms.TextInput):
    """The name of a platform, with those that are known as suggestions, so that one platform keeps one name."""

    template_name = "inspections/platform_input.html"
    known: tuple[str, ...] = ()

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, {"list": f"list_{name}"} | (attrs or {}))
        return context | {"known": self.known}


class OnPlatformForm(RecordForm):
    """A record of a platform."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        seen = [model.objects.visible_to(self.by).filter(campaign=self.campaign) for model in (MonitoringRun, Listing)]
        names = seen[0].order_by().values_list("platform").union(seen[1].order_by().values_list("platform"))
        widget = PlatformInput(self.fields["platform"].widget.attrs)
        widget.known = tuple(sorted(name for (name,) in names))
        self.fields["platform"].widget = widget


class MonitoringRunForm(OnPlatformForm):
    """When somebody looked through a platform, and how much was seen."""

    class Meta:
        model = MonitoringRun
        fields = (
            "platform", "ran_on", "region", "pages_checked", "shops_monitored", "advertisements_blocked", "remarks",
        )  # fmt: skip
        widgets = {"remarks": forms.Textarea({"rows": 3})}


class ListingForm(OnPlatformForm):
    """A page, and whose it is."""

    origins = ("run",)
    shown_at = {"listing_url_once": "url"}

    entity = EntityField()
    url = forms.URLField(
        label=_("address"), max_length=300, assume_scheme="https",
        help_text=_("Copied from the browser, with https:// in front; each page is entered once."),
        error_messages={
            "required": _("Paste the address of the page."),
            "invalid": _("This is no address of a page: copy it from the browser, with https:// in front."),
        },
    )  # fmt: skip

    class Meta:
        model = Listing
        fields = ("entity", "platform", "title", "url", "found_on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        run = self.given.get("run")
        if run is not None:
            self.initial |= {"platform": run.platform, "found_on": run.ran_on}


class ListingCheckForm(RecordForm):
    """Whether the page shows the notice; if it does not, the picture of the page proves it."""

    origins = ("listing", "run")
    shown_at = {"run": "listing"}

    shows_notice = forms.TypedChoiceField(
        label=_("Does the page show “no illegal modification”?"), choices=[("True", _("yes")), ("False", _("no"))],
        coerce=lambda value: value == "True", widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the page shows the notice.")},
    )  # fmt: skip
    files = EvidenceField(
        label=_("picture of the page"), required=False,
        help_text=_("Needed when the notice is missing: JPEG, PNG, WebP, HEIC or PDF, up to 20 MB each."),
    )  # fmt: skip

    class Meta:
        model = ListingCheck
        fields = ("listing", "shows_notice", "checked_on", "remarks")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        run = self.instance.run
        if self.instance.pk or "listing" in self.given:
            del self.fields["listing"]
        else:
            pages = self.fields["listing"].queryset.online().select_related("entity")
            self.fields["listing"].queryset = pages.filter(platform=run.platform) if run is not None else pages
            self.fields["listing"].label_from_instance = lambda page: f"{page.platform} · {page.title} · {page.entity}"
        if run is not None and not self.instance.pk:
            self.initial["checked_on"] = run.ran_on

    def clean(self):
        """A missing notice is proved by a picture."""
        values = super().clean()
        has_files = values.get("files") or (self.instance.pk and self.instance.evidence.exists())
        if values.get("shows_notice") is False and not has_files and "files" not in self.errors:
            self.add_error("files", _("The notice is missing: attach a picture of the page that proves it."))
        return values


class RemoveListingForm(ReasonOnDayForm):
    """Since when the page is gone, and how one knows."""

    shown_at = {"removed_on": "on"}

    files = EvidenceField(label=_("picture of the page"), required=False, help_text=FILES)


def _is_online(origin):
    """A check begins at a page that is online, or at a run."""
    return not isinstance(origin, Listing) or origin.status == ListingStatus.ONLINE


MONITORING_RUN = Desk(MonitoringRun, MonitoringRunForm)
LISTING = Desk(
    Listing,
    ListingForm,
    deeds=(
        Deed("remove", _("Record the removal"), RemoveListingForm, to=ListingStatus.REMOVED),
        Deed("restore", _("Record that it is online again"), ReasonForm, to=ListingStatus.ONLINE),
    ),
)
LISTING_CHECK = Desk(ListingCheck, ListingCheckForm, begins_at=_is_online, back="listing")
