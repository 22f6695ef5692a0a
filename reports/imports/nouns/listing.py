"""Online sales pages as a sheet, each with its last look at it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inspections.models import Listing, ListingCheck
from reports.imports.declare import Column, Kind, Sheet
from reports.imports.noun import Found, remove
from reports.imports.nouns.of_entity import ENTITY_COLUMNS, OfEntityNoun, chunks

SHOWN, NOT_SHOWN = "yes", "no"
SHEET = Sheet(
    "listings",
    _("listings"),
    1,
    (
        *ENTITY_COLUMNS,
        Column("platform", _("platform"), ("平台", "平台名称", "platform"), required=True),
        Column("title", _("title"), ("商品名称", "商品标题", "页面标题", "标题", "title"), required=True),
        Column("url", _("address"), ("网址", "链接", "页面地址", "商品链接", "url"), Kind.CODE, required=True,
               example="https://shop.example.com/1"),
        Column("found_on", _("found on"), ("发现日期", "登记日期", "found on"), Kind.DAY, required=True, example="2025-01-20"),
        Column("checked_on", _("checked on"), ("检查日期", "监测日期", "checked on"), Kind.DAY),
        Column("shows_notice", _("shows “no illegal modification”"), ("是否标注禁止非法改装", "标注禁止非法改装", "shows notice"),
               Kind.CHOICE, choices=((SHOWN, _("yes")), (NOT_SHOWN, _("no")))),
    ),
)  # fmt: skip


class ListingNoun(OfEntityNoun):
    """Sales pages: the address of the page is the key; that it was taken down is recorded on its own page."""

    sheet = SHEET
    model = Listing
    right = "inspections.add_listing"
    icon = "search"
    attributes = {name: name for name in ("platform", "title", "url", "found_on", "checked_on", "shows_notice")}

    def load_records(self, rows, known):
        """The pages with these addresses, and which of them are in the campaign's list at all."""
        pages = Listing.objects.of_campaign(known.campaign)
        for urls in chunks(row["url"] for row in rows):
            seen = pages.visible_to(known.officer).filter(url__in=urls).prefetch_related("checks")
            known.records |= {one.url: one for one in seen}
            known.elsewhere |= set(pages.filter(url__in=urls).values_list("url", flat=True))

    def key(self, row):
        """The address of the page."""
        return (row["url"],)

    def known_key(self, row, entity):
        return row["url"]

    def find(self, row, context):
        """The page in the list; a look at it is a day and what was seen, both or neither."""
        found = super().find(row, context)
        entity, errors = context.entity(row)
        errors = list(errors)
        if found.record is None and row["url"] in context.elsewhere:
            errors.append(("url", gettext("This page can't be entered by you: ask the campaign's office.")))
        if found.record is not None and found.record.entity_id != entity.pk:
            errors.append(("url", gettext("This page is in the list of another entity.")))
        if bool(row["checked_on"]) != bool(row["shows_notice"]):
            missing = "shows_notice" if row["checked_on"] else "checked_on"
            errors.append((missing, gettext("A check has its day and what was seen: enter both.")))
        return Found(found.record, errors=tuple(errors))

    def check(self, values, maker):
        """The rules of the page, then those of the look at it."""
        said, look = _parted(values)
        super().check(said, maker)
        if look:
            ListingCheck(campaign=said["campaign"], listing=Listing(**said), **look).clean()

    def changes(self, record, values, row, context):
        """What differs of the page; and a look at it that is not recorded yet."""
        said, look = _parted(values)
        changed = super().changes(record, said, row, context)
        if look and (look.get("checked_on"), look["shows_notice"]) not in {
            (one.checked_on, one.shows_notice) for one in record.checks.all()
        }:
            changed.append("checked_on")
        return changed

    @transaction.atomic
    def make(self, row, values, context, *, by):
        """The page, with its first look."""
        said, look = _parted(values)
        page = super().make(row, said, context, by=by)
        _look(page, look, by=by)
        return page

    @transaction.atomic
    def change(self, record, row, values, context, *, by):
        """What differs of the page, and the new look at it."""
        said, look = _parted(values)
        changed = self.changes(record, values, row, context)
        if set(changed) - {"checked_on"}:
            super().change(record, row, said, context, by=by)
        if "checked_on" in changed:
            _look(record, look, by=by)

    @transaction.atomic
    def take_back_new(self, record, *, by, reason):
        """Remove the page with the look that came with it. Raises ValidationError when it was checked since."""
        looks = list(record.checks.all())
        if len(looks) > 1:
            raise ValidationError(gettext("“%(record)s” was checked since: it stays.") % {"record": record})
        for look in looks:
            remove(look, by=by, reason=reason)
        remove(record, by=by, reason=reason)

    @transaction.atomic
    def take_back_change(self, record, before, source, *, by, reason):
        """The page as it was, without the look that the list brought. Raises ValidationError when it was checked since."""
        looks = list(record.checks.filter(created_at__gte=source.applied_at))
        if len(looks) > 1:
            raise ValidationError(gettext("“%(record)s” was checked since: it stays.") % {"record": record})
        for look in looks:
            remove(look, by=by, reason=reason)
        if self.changes(record, {name: getattr(before, name) for name in self.restored}, {}, None):
            super().take_back_change(record, before, source, by=by, reason=reason)


def _parted(values):
    """The attributes of the page, and those of the look at it."""
    look = {name: values[name] for name in ("checked_on", "shows_notice") if name in values}
    said = {name: value for name, value in values.items() if name not in look}
    return said, look and look | {"shows_notice": look.get("shows_notice") == SHOWN}


def _look(page, look, *, by):
    if look:
        ListingCheck(listing=page, **look).store(by=by, reason=gettext("import"))


LISTINGS = ListingNoun()
