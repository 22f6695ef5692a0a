"""The places of business that the campaign regulates."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, Q, Value, When
from django.db.models.functions import StrIndex
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError

from entities.identity import IdentityCard
from entities.models.officer import Officer
from entities.models.region import Region
from entities.models.unit import Unit
from entities.outside import is_storable
from entities.page_address import page_address
from entities.paging import expected_rows
from entities.pinyin import initials
from entities.scope import ScopePaths
from entities.search import SearchText, matches, parts_of
from entities.stored import Stored, StoredQuerySet
from entities.suggestions import near
from entities.today import today
from entities.trace import History

# As long as the longest that is searched, an address.
LONGEST_SEARCH = 200
MOST_RANKED = 1_000
MOST_NAMED = 5_000


class EntityKind(models.TextChoices):
    PRODUCER = "producer", _("producer")
    PARTS_PRODUCER = "parts_producer", _("parts producer")
    SELLER = "seller", _("seller")
    REPAIR_SHOP = "repair_shop", _("repair shop")
    ONLINE_SELLER = "online_seller", _("online seller")
    PLATFORM = "platform", _("platform")
    DELIVERY = "delivery", _("delivery company")


class ProductType(models.TextChoices):
    EBIKE = "ebike", _("e-bike")
    EMOTORCYCLE = "emotorcycle", _("e-motorcycle")
    BATTERY = "battery", _("battery")
    CHARGER = "charger", _("charger")
    OTHER = "other", _("other")


class EntityState(models.TextChoices):
    OPEN = "open", _("in business")
    CLOSED = "closed", _("closed down")
    MOVED = "moved", _("moved away")
    NOT_FOUND = "not_found", _("not found")
    CHANGED_TRADE = "changed_trade", _("changed trade")


class IdentityKind(models.TextChoices):
    USCC = "uscc", _("unified social credit code")
    OLD_LICENCE = "old_licence", _("old licence number")
    IDENTITY_CARD = "identity_card", _("identity card of an unlicensed operator")
    CONVENIENCE_TRADE = "convenience_trade", _("convenience trade, needs no licence")


class RiskLevel(models.TextChoices):
    LOW = "low", _("low")
    MEDIUM = "medium", _("medium")
    HIGH = "high", _("high")


# The levels in their order, which is not that of their names.
RISK_RANK = Case(*(When(risk_level=level, then=Value(rank)) for rank, level in enumerate(RiskLevel.values)))


class InitialsField(models.CharField):
    """The pinyin initials of the name, written with whatever writes the record."""

    LENGTH = 120

    @classmethod
    def of(cls, name) -> str:
        """As much of a name's initials as is kept."""
        return initials(name)[: cls.LENGTH]

    def pre_save(self, entity, add):
        """The initials of the name as it is now."""
        entity.initials = self.of(entity.name)
        return entity.initials

    def deconstruct(self):
        """For the database it is text as any other."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class EntityQuerySet(StoredQuerySet):
    def in_business(self):
        """Entities that are open."""
        return self.filter(state=EntityState.OPEN, merged_into=None)

    def at_the_place_of(self, entity_id):
        """The entity and the duplicates that were merged into it: what was done there is known of both.

        Found by key, so that what belongs to them is looked up by theirs.
        """
        return self.filter(Q(pk=entity_id) | Q(merged_into=entity_id))

    def matching(self, text):
        """Entities in whose name, its pinyin initials, numbers, address or phone every part of the text is found.

        None for what no entity can hold: longer than any of these, or with a character that a database refuses.
        """
        if len(text) > LONGEST_SEARCH or not is_storable(text):
            return self.none()
        return self.filter(matches(parts_of(text)))

    def best_first(self, text):
        """Those found by the text in the order in which they fit: the name before address and phone, its beginning before its end.

        Looks at the first thousand of the register only, so that a word that stands in every name costs no more.
        """
        first = self.order_by(*Entity._meta.ordering).values("pk")[:MOST_RANKED]
        place = StrIndex(SearchText(), Value(next(iter(parts_of(text)), "")))
        return self.model._base_manager.filter(pk__in=first).order_by(place, "name", "pk")

    def are_few(self, text) -> bool:
        """Whether the text finds few entities, so that records are sooner found by these than looked through one by one.

        One query, a second one where the database does not expect many.
        """
        found = self.matching(text).order_by()
        return (expected_rows(found) or 0) <= MOST_NAMED and found[: MOST_NAMED + 1].count() <= MOST_NAMED

    def found_at(self, path, text, *, few) -> Q:
        """The records whose entity at that path of lookups is found by the text: "entity", or "" for entities themselves.

        `few`, as `are_few` says, are named to it; of many it would rather look at the record's own.
        """
        found = self.matching(text)
        if few or found.query.is_empty():
            return Q(**{f"{path or 'pk'}__in": found.order_by().values("pk")})
        return matches(parts_of(text), path=f"{path}__" if path else "", by_index=False)

    def suggested(self, text):
        """Up to five of these entities that the text may have meant, the nearest first (entities/suggestions.py)."""
        return near(self, text)

    def update(self, **values):
        """As Django's; where names change, their pinyin initials follow."""
        if "name" not in values:
            return super().update(**values)
        with transaction.atomic(using=self.db):
            renamed = list(self.order_by().values_list("pk", flat=True))
            changed = super().update(**values)
            Entity.objects.using(self.db).filter(pk__in=renamed).mend_initials()
        return changed

    update.alters_data = True

    def mend_initials(self) -> int:
        """Write the initials anew where they are not those of the name; how many there were."""
        wrong = [
            (pk, right)
            for pk, name, found in self.order_by().values_list("pk", "name", "initials").iterator(chunk_size=2000)
            if (right := InitialsField.of(name)) != found
        ]
        for pk, right in wrong:
            self.model._base_manager.filter(pk=pk).update(initials=right)
        return len(wrong)


class Entity(IdentityCard, Stored):
    """A place of business that is regulated (监管对象/主体); one licence may have several."""

    name = models.CharField(_("name"), max_length=120)
    initials = InitialsField(_("pinyin initials"), max_length=InitialsField.LENGTH, blank=True, editable=False)
    kind = models.CharField(
        _("main kind"), max_length=20, choices=EntityKind, help_text=_("The kind under which it is counted.")
    )
    further_kinds = models.JSONField(_("further kinds"), default=list, blank=True)
    identity_kind = models.CharField(_("identified by"), max_length=20, choices=IdentityKind, default=IdentityKind.USCC)
    credit_code = models.CharField(
        _("unified social credit code"), max_length=18, blank=True, help_text=_("18 characters, as on the licence.")
    )
    licence_number = models.CharField(_("old licence number"), max_length=30, blank=True)
    goods = models.JSONField(_("goods handled"), default=list, blank=True)
    brands = models.CharField(_("brands"), max_length=200, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), related_name="entities")
    township = models.CharField(_("township or subdistrict"), max_length=50, blank=True)
    registered_address = models.CharField(_("registered address"), max_length=200, blank=True)
    address = models.CharField(_("actual address"), max_length=200)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True, blank=True)
    legal_representative = models.CharField(_("legal representative or operator"), max_length=50, blank=True)
    contact = models.CharField(_("contact"), max_length=50, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    responsible_officer = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("responsible officer"), related_name="+", null=True, blank=True
    )
    responsible_leader = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("responsible leader"), related_name="+", null=True, blank=True
    )
    risk_level = models.CharField(_("risk level"), max_length=10, choices=RiskLevel, default=RiskLevel.LOW)
    pledged_on = models.DateField(_("pledge signed on"), null=True, blank=True)
    quality_director = models.CharField(_("quality-safety director"), max_length=50, blank=True)
    quality_officer = models.CharField(_("quality-safety officer"), max_length=50, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=EntityState, default=EntityState.OPEN, editable=False)
    state_on = models.DateField(_("state since"), null=True, blank=True, editable=False)
    state_reason = models.CharField(_("reason for the state"), max_length=200, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("merged into"), related_name="+", null=True, blank=True, editable=False
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("entered by unit"), related_name="+", null=True, editable=False
    )

    history = History(excluded_fields=["initials"])
    objects = EntityQuerySet.as_manager()
    scope = ScopePaths(
        regions=("region__code",), unit="unit", people=("created_by",), operation="inspections__operation__key"
    )
    words_index = ("legal_representative", "contact")

    class Meta:
        verbose_name = _("entity")
        verbose_name_plural = _("entities")
        ordering = ["region_id", "name", "pk"]  # by its code: “region” would join each row to its region first
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code", "address"],
                condition=~Q(credit_code=""),
                name="entity_credit_code_once_per_address",
                violation_error_message=_(
                    "An entity with this credit code at this address is already in the register."
                ),
            ),
            models.CheckConstraint(
                name="entity_credit_code_form",
                condition=Q(credit_code="") | Q(credit_code__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"),
                violation_error_message=_("A credit code has 18 digits and capital letters, without I, O, S, V, Z."),
            ),
            models.CheckConstraint(
                name="entity_identified_as_it_says",
                condition=(Q(identity_kind=IdentityKind.USCC) & ~Q(credit_code=""))
                | (Q(identity_kind=IdentityKind.OLD_LICENCE) & ~Q(licence_number=""))
                | (Q(identity_kind=IdentityKind.IDENTITY_CARD) & ~Q(identity_hash=""))
                | Q(identity_kind=IdentityKind.CONVENIENCE_TRADE),
                violation_error_message=_(
                    "Enter the number by which the entity is identified, or choose another kind."
                ),
            ),
            models.CheckConstraint(
                name="entity_state_has_its_date",
                condition=Q(state=EntityState.OPEN) | Q(state_on__isnull=False) & ~Q(state_reason=""),
                violation_error_message=_("Say since when and why the entity is no longer open."),
            ),
        ]
        # The orders in which the register is read page by page.
        indexes = [
            models.Index(fields=["region", "name", "id"], name="entity_list"),
            models.Index(fields=["name", "id"], name="entity_by_name"),
            models.Index(fields=["kind", "name", "id"], name="entity_by_kind"),
            models.Index(fields=["state", "name", "id"], name="entity_by_state"),
            models.Index(fields=["credit_code", "licence_number", "id"], name="entity_by_code"),
            models.Index(RISK_RANK, "name", "id", name="entity_by_risk"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return page_address("entity_detail", self.pk)

    def clean(self):
        """Check the credit code's own check character (GB 32100-2015)."""
        super().clean()
        self.credit_code = self.credit_code.strip().upper()
        if self.credit_code:
            try:
                uscc.validate(self.credit_code)
            except NumberError:
                raise ValidationError(
                    {"credit_code": _("The credit code's check character is wrong: compare it with the licence.")}
                ) from None
        for field, choices in (("further_kinds", EntityKind), ("goods", ProductType)):
            said = getattr(self, field)
            if said and set(said) - set(choices.values):
                raise ValidationError({field: _("Choose from the list.")})

    @property
    def is_open(self) -> bool:
        return self.state == EntityState.OPEN

    @property
    def identity(self) -> str:
        """The number by which it is known, as it may be shown."""
        return self.credit_code or self.licence_number or self.masked_identity_card

    def place(self, by):
        """A new entity belongs to the unit of the officer who enters it."""
        self.unit = self.unit or by.unit

    @transaction.atomic
    def change_state(self, to, *, by, reason="", on=None):
        """Record that the entity closed, moved, cannot be found, changed trade, or is open again, since a day and why."""
        self.lock()
        on = on or today()
        if on > today():
            raise ValidationError(
                {"state_on": gettext("This date is in the future: today is %(day)s.") % {"day": today()}}
            )
        if self.state_on and on < self.state_on:
            raise ValidationError(
                {
                    "state_on": gettext("The present state began on %(day)s: enter that day or a later one.")
                    % {"day": self.state_on}
                }
            )
        self.state, self.state_on, self.state_reason = to, on, reason
        self.store(by=by)

    @transaction.atomic
    def merge_into(self, other, *, by):
        """Mark a duplicate: its records stay where they are and are shown with the other's."""
        self.lock()
        if other.pk == self.pk or other.merged_into_id:
            raise ValidationError(_("Choose another entity, one that is not itself a duplicate."))
        self.merged_into = other
        self.store(by=by)
