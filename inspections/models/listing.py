"""Online sales pages and the watch over them."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Entity
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.record import OfEntity, Record, RecordQuerySet, WithEvidence


class MonitoringRun(WithEvidence, Record):
    """One round of looking through a platform (网络监测)."""

    date_field = "ran_on"

    platform = models.CharField(_("platform"), max_length=50)
    ran_on = models.DateField(_("date"))
    pages_checked = models.PositiveIntegerField(_("pages checked"), default=0)
    shops_monitored = models.PositiveIntegerField(_("shops monitored"), default=0)
    advertisements_blocked = models.PositiveIntegerField(_("advertisements blocked"), default=0)
    remarks = models.TextField(_("remarks"), blank=True)

    class Meta:
        verbose_name = _("monitoring run")
        verbose_name_plural = _("monitoring runs")
        ordering = ["-ran_on", "-pk"]

    def __str__(self):
        return f"{self.platform} · {self.ran_on}"


class ListingStatus(models.TextChoices):
    ONLINE = "online", _("online")
    REMOVED = "removed", _("removed")


class ListingQuerySet(RecordQuerySet):
    def online(self):
        """Not taken down, as far as is known."""
        return self.filter(status=ListingStatus.ONLINE)

    def unchecked(self):
        """Online and never checked: what is still to be looked at."""
        return self.online().filter(checks=None)


class Listing(OfEntity, WithEvidence, Record):
    """An online sales page (商品销售页面)."""

    date_field = "found_on"
    moves = {ListingStatus.ONLINE: {ListingStatus.REMOVED}, ListingStatus.REMOVED: {ListingStatus.ONLINE}}

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name=_("entity"), related_name="listings")
    platform = models.CharField(_("platform"), max_length=50)
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("address"), max_length=300)
    found_on = models.DateField(_("found on"))
    run = models.ForeignKey(
        MonitoringRun, models.PROTECT, verbose_name=_("monitoring run"), related_name="listings", null=True, blank=True
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ListingStatus, default=ListingStatus.ONLINE, editable=False
    )
    removed_on = models.DateField(_("removed on"), null=True, blank=True, editable=False)

    objects = ListingQuerySet.as_manager()
    scope = ScopePaths(entities=("entity",), unit="unit", people=("created_by",))

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering = ["-found_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "url"],
                name="listing_url_once",
                violation_error_message=_("This page is already in the list."),
            ),
            models.CheckConstraint(
                name="listing_removed_iff_status",
                condition=Q(status="removed", removed_on__isnull=False) | Q(status="online", removed_on=None),
                violation_error_message=_("A removed page has the day of its removal; any other has none."),
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        """A page is not taken down before it was found, nor in the future."""
        super().clean()
        self.refuse_future("removed_on")
        if self.removed_on and self.found_on and self.removed_on < self.found_on:
            raise ValidationError(
                {"removed_on": gettext("The page was found on %(day)s: enter that day or a later one.")
                 % {"day": self.found_on}}
            )  # fmt: skip

    def remove(self, *, by, reason, on=None):
        """Record that the page was taken down (下架)."""
        self.need_reason(reason)
        self.advance(ListingStatus.REMOVED, by=by, reason=reason, removed_on=on or today())

    def restore(self, *, by, reason):
        """Record that the page was found online again."""
        self.need_reason(reason)
        self.advance(ListingStatus.ONLINE, by=by, reason=reason, removed_on=None)


class ListingCheckQuerySet(RecordQuerySet):
    def latest_of_listing(self):
        """The last check of each listing."""
        checks = ListingCheck.objects.filter(listing=OuterRef("listing"))
        return self.filter(pk=Subquery(checks.order_by("-checked_on", "-pk").values("pk")[:1]))

    def showing_notice(self):
        return self.filter(shows_notice=True)


class ListingCheck(WithEvidence, Record):
    """Whether a sales page shows “禁止非法改装” on a day (网监)."""

    date_field = "checked_on"

    listing = models.ForeignKey(Listing, models.PROTECT, verbose_name=_("listing"), related_name="checks")
    run = models.ForeignKey(
        MonitoringRun, models.PROTECT, verbose_name=_("monitoring run"), related_name="checks", null=True, blank=True
    )
    checked_on = models.DateField(_("checked on"))
    shows_notice = models.BooleanField(_("shows “no illegal modification”"))
    remarks = models.CharField(_("remarks"), max_length=200, blank=True)

    objects = ListingCheckQuerySet.as_manager()
    scope = ScopePaths(entities=("listing__entity",), unit="unit", people=("created_by",))

    class Meta:
        verbose_name = _("listing check")
        verbose_name_plural = _("listing checks")
        ordering = ["-checked_on", "-pk"]

    def __str__(self):
        return f"{self.listing} · {self.checked_on}"

    def origin(self):
        return self.listing

    def clean(self):
        """The run looked through the platform of the page; a page that is gone shows nothing."""
        super().clean()
        if self.listing_id is None:
            return
        listing, run = self.listing, self.run
        if run is not None and (run.platform, run.campaign_id) != (listing.platform, listing.campaign_id):
            raise ValidationError({"run": _("This run did not look through the platform of the page.")})
        gone_on = listing.removed_on
        if self._state.adding and gone_on and self.checked_on and self.checked_on > gone_on:
            raise ValidationError(
                {"checked_on": gettext("This page was taken down on %(day)s: record first that it is online again.")
                 % {"day": gone_on}}
            )  # fmt: skip
