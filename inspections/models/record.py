"""What all records of work share."""

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import EntityKind, Region, Relocation, Unit
from entities.page_address import page_address
from entities.scope import ScopePaths
from entities.stored import Stored, StoredQuerySet
from entities.today import today
from entities.trace import History
from inspections.models.campaign import Campaign


class RecordQuerySet(StoredQuerySet):
    """A queryset of records of work."""

    def of_campaign(self, campaign):
        """Records of one campaign."""
        return self.filter(campaign=campaign)

    def first_of_entity(self, date_field):
        """Of these records, the first one of each entity by that date: so an entity counts once, where and when it began."""
        mine = {"entity": OuterRef("entity")}
        before = Q(**{f"{date_field}__lt": OuterRef(date_field)})
        same_day = Q(**{date_field: OuterRef(date_field)}, pk__lt=OuterRef("pk"))
        # Asked of each record by its entity: a region or period that is asked for later narrows the first records, not the
        # search for them, and costs no more than its own records do.
        return self.filter(~Exists(self.filter(before | same_day, **mine)))


class Record(Stored):
    """Campaign, where, who: copied when the record is made, so that history does not move when a shop does."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, verbose_name=_("campaign"), related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="+")

    history = History(inherit=True)
    objects = RecordQuerySet.as_manager()

    scope = ScopePaths(unit="unit", people=("created_by",))
    date_field = "created_at"
    moves: dict[str, set[str]] = {}

    class Meta:
        abstract = True

    def get_absolute_url(self):
        return page_address("record", self._meta.model_name, self.pk)

    def origin(self):
        """The record or entity that this one comes from and takes its place from; None for one that stands by itself."""
        return getattr(self, "entity", None)

    def place(self, by):
        """Copy campaign, region and the entity's main kind from the origin; the unit is the officer's own unless given."""
        origin = self.origin()
        if origin is not None:
            self.region_id = origin.region_id
            if isinstance(origin, Record):
                self.campaign_id = origin.campaign_id
            if isinstance(self, OfEntity):
                self.entity_kind = getattr(origin, "entity_kind", "") or getattr(origin, "kind", "")
        if self.unit_id is None:
            if by.unit_id is None:
                raise ValidationError(_("Your account has no unit: ask the administrator to enter it."))
            self.unit_id = by.unit_id

    def store(self, *, by, version=None, reason="", on=None):
        self._judged_on = on or today()
        is_new = self._state.adding
        super().store(by=by, version=version, reason=reason)
        if is_new and "entity" in self.scope.entities and self.entity and self.entity.region_id != self.region_id:
            Relocation.objects.get_or_create(entity=self.entity)

    def clean(self):
        """An event lies neither in the future nor before its campaign, and a finished campaign takes no new one."""
        super().clean()
        if self._state.adding and self.campaign_id and self.date_field != "created_at" and self.campaign.is_finished:
            raise ValidationError(
                _("This campaign is finished and takes no new records: ask the administrator to open it again.")
            )
        happened = getattr(self, self.date_field, None)
        if self.date_field == "created_at" or happened is None or self.campaign_id is None:
            return
        self.refuse_future(self.date_field)
        self.refuse_before_campaign(self.date_field)

    def refuse_before_campaign(self, field):
        """Raise ValidationError when the date lies before the campaign."""
        value = getattr(self, field)
        if value and value < self.campaign.starts_on:
            told = gettext("The campaign began on %(day)s: enter that day or a later one.")
            raise ValidationError({field: told % {"day": self.campaign.starts_on}})

    def refuse_future(self, *fields):
        """Raise ValidationError when one of the dates lies after the day of judgement."""
        latest = getattr(self, "_judged_on", None) or today()
        for field in fields:
            value = getattr(self, field)
            if value and value > latest:
                raise ValidationError(
                    {field: gettext("This date is in the future: today is %(day)s.") % {"day": latest}}
                )

    @staticmethod
    def need_reason(reason):
        """Raise ValidationError when nothing is said about why."""
        if not reason.strip():
            raise ValidationError({"reason": _("Say why: the receipt, the proof or the reason.")})

    @transaction.atomic
    def advance(self, to, *, by, on=None, reason="", **changes):
        """Move the status along a declared line and write the changes with it.

        Lock, look, save: when two officers click at once, one gets the error. Raises ValidationError for any other move.
        """
        self.lock()
        if to not in self.moves.get(self.status, set()):
            labels = dict(self._meta.get_field("status").flatchoices)
            onward = [str(label) for status, label in labels.items() if status in self.moves.get(self.status, set())]
            allowed = gettext(", ").join(onward) or gettext("nothing more")
            raise ValidationError(
                gettext("This is “%(now)s” and can't become “%(to)s”; from here it can become: %(allowed)s.")
                % {"now": labels[self.status], "to": labels[to], "allowed": allowed},
                code="transition",
            )
        self.status = to
        for name, value in changes.items():
            setattr(self, name, value)
        try:
            self.store(by=by, on=on, reason=reason)
        except ValidationError:
            self.refresh_from_db()  # so that the page which shows the refusal shows the record as it is
            raise


class WithEvidence(models.Model):
    """A record to which photos, documents and stamped scans can be attached."""

    evidence = GenericRelation("inspections.Evidence")

    class Meta:
        abstract = True


class OfEntity(models.Model):
    """The main kind of the entity, copied when the record is made."""

    entity_kind = models.CharField(_("kind of entity"), max_length=20, choices=EntityKind, blank=True, editable=False)

    class Meta:
        abstract = True
