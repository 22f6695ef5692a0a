"""Bulletins and monthly reports, and every version of their text."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Officer, Region, Unit
from entities.page_address import page_address
from entities.scope import ScopePaths
from entities.stored import Stored, StoredQuerySet
from entities.today import today
from entities.trace import History
from inspections.models import Campaign, CoordinationEvent
from reports.models.snapshot import Frozen, FrozenQuerySet

DRAFT, FINAL = CoordinationEvent.Status.DRAFT, CoordinationEvent.Status.FINAL


class BulletinQuerySet(StoredQuerySet):
    def of_campaign(self, campaign):
        return self.filter(campaign=campaign)

    def issued(self):
        """Those that passed their reviews."""
        return self.filter(event__status=FINAL)

    def before(self, bulletin):
        """The last one issued of the same kind and place, of a period that ended earlier; or none."""
        alike = self.issued().filter(
            campaign=bulletin.campaign_id, kind=bulletin.kind, region=bulletin.region_id, of_unit=bulletin.of_unit_id
        )
        return alike.filter(until__lt=bulletin.until).order_by("-until", "-pk").first()


class Bulletin(Stored):
    """A bulletin or monthly report of a place (简报、月报): what it tells of and as of which day; its text stands in its versions."""

    class Kind(models.TextChoices):
        BULLETIN = "bulletin", _("work bulletin")
        MONTHLY = "monthly", _("monthly report")

    campaign = models.ForeignKey(Campaign, models.PROTECT, verbose_name=_("campaign"), related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    number = models.PositiveIntegerField(
        _("issue number"), blank=True, help_text=_("Empty: the next one of this kind and place.")
    )
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), related_name="+")
    of_unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("only of the unit"), related_name="+", null=True, blank=True
    )
    since = models.DateField(_("events from"))
    until = models.DateField(_("events until"))
    as_of = models.DateField(_("records as of"))
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="+", editable=False)
    event = models.OneToOneField(
        CoordinationEvent, models.PROTECT, verbose_name=_("review"), related_name="bulletin", null=True, blank=True,
        editable=False,
    )  # fmt: skip

    history = History()
    objects = BulletinQuerySet.as_manager()
    scope = ScopePaths(unit="unit", people=("created_by",))

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ["-until", "-pk"]
        permissions = [("review_bulletin", "Can read a bulletin before it is issued, and pass it on")]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kind", "region", "number"],
                name="bulletin_number_once",
                violation_error_message=_("This issue number is taken: use the next one."),
            ),
            models.CheckConstraint(
                name="bulletin_number_positive",
                condition=Q(number__gte=1),
                violation_error_message=_("Issues are numbered from 1."),
            ),
            models.CheckConstraint(
                name="bulletin_period_in_order",
                condition=Q(until__gte=F("since")),
                violation_error_message=_("The period ends before it begins: check the two dates."),
            ),
            models.CheckConstraint(
                name="bulletin_as_of_after_period",
                condition=Q(as_of__gte=F("until")),
                violation_error_message=_("The records are taken as of the last day of the period or later."),
            ),
        ]

    def __str__(self):
        return gettext("%(kind)s of %(region)s, no. %(number)d") % {
            "kind": self.get_kind_display(), "region": self.region.name, "number": self.number,
        }  # fmt: skip

    def get_absolute_url(self):
        return page_address("bulletin", self.pk)

    def place(self, by):
        """The unit is the author's own; the number, unless it is given, the next one."""
        if by.unit_id is None:
            raise ValidationError(_("Your account has no unit: ask the administrator to enter it."))
        self.unit_id = by.unit_id
        if self.number is None:
            alike = Bulletin.objects.filter(campaign=self.campaign_id, kind=self.kind, region=self.region_id)
            self.number = (alike.aggregate(last=Max("number"))["last"] or 0) + 1

    def clean(self):
        """No day to come, nothing before the campaign, no place outside it."""
        super().clean()
        if self.as_of and self.as_of > today():
            raise ValidationError(
                {"as_of": gettext("This date is in the future: today is %(day)s.") % {"day": today()}}
            )
        if self.campaign_id is None:
            return
        if self.since and self.since < self.campaign.starts_on:
            told = gettext("The campaign began on %(day)s: enter that day or a later one.")
            raise ValidationError({"since": told % {"day": self.campaign.starts_on}})
        if self.is_monthly and self.since and self.until:
            first = max(self.until.replace(day=1), self.campaign.starts_on)
            if self.since != first:
                told = gettext("A monthly report tells of one month: it begins on %(day)s.")
                raise ValidationError({"since": told % {"day": first}})
        for field, code in (("region", self.region_id), ("of_unit", self.of_unit and self.of_unit.region_id)):
            if code and not code.startswith(self.campaign.region_id):
                raise ValidationError({field: _("This place is outside the campaign: choose another.")})

    @property
    def is_monthly(self) -> bool:
        return self.kind == self.Kind.MONTHLY

    @property
    def is_open(self) -> bool:
        """Whether its text may be changed: not while it is read, nor when it is final."""
        return self.event_id is None or self.event.status == DRAFT

    @property
    def status_label(self) -> str:
        """How far it has been read."""
        return str(self.event.get_status_display() if self.event_id else DRAFT.label)

    @property
    def current(self):
        """The version that counts: the last one."""
        return self.versions.first()

    @transaction.atomic
    def begin(self, *, by, facts_of, propose):
        """Write it with the text that the rules propose from its facts, as its first version."""
        self.check_for(by=by)
        figures = facts_of(self)
        return self.write(
            by=by, text=propose(self, figures), figures=figures, note=gettext("proposed from the figures")
        )

    @transaction.atomic
    def write(self, *, by, text, figures, note="", seen=None):
        """Keep the text and the figures that it was written with as the next version.

        Raises ValidationError when it is closed, and Stale when `seen`, the row's version that the officer saw, is not the last.
        """
        if not self._state.adding:
            self.lock(seen)
        if not self.is_open:
            raise ValidationError(_("It is being read or is final: its text changes only after it was sent back."))
        last = None if self._state.adding else self.current
        self.store(by=by)
        written = BulletinVersion(
            bulletin=self, number=last.number + 1 if last else 1, text=text, figures=figures, note=note, by=by
        )
        written.full_clean()
        written.save(force_insert=True)
        return written

    @transaction.atomic
    def send(self, *, by, title, on=None, seen=None):
        """Give it to the first of its three readers; after the third it is issued and counts as a bulletin.

        Raises Stale when `seen`, the row's version that the officer saw, is not the last: its text is another one by now.
        """
        self.lock(seen)
        if not self.is_open:
            raise ValidationError(_("It is being read already."))
        if self.event_id is None:
            event = CoordinationEvent(
                campaign=self.campaign, region=self.region, unit=self.unit, kind=CoordinationEvent.Kind.BULLETIN,
                title=title, held_on=on or today(), number=str(self.number),
            )  # fmt: skip
            self.event = event.begin(by=by, on=on)
        else:
            self.event.title = title
            self.event.store(by=by)
        self.store(by=by)
        self.event.pass_on(by=by, paper=self)

    @transaction.atomic
    def pass_on(self, *, by, seen=None):
        """Read and given to the next reader; after the third it is final. Nobody reads what they wrote."""
        self.lock(seen)
        event = self._under_review()
        if self.versions.filter(by=by).exists():
            raise ValidationError(_("You wrote at this text: another person reads it."))
        event.pass_on(by=by, paper=self)

    @transaction.atomic
    def send_back(self, *, by, reason, seen=None):
        """Back to its author, with what is to be changed."""
        self.lock(seen)
        self._under_review().send_back(by=by, reason=reason, paper=self)

    def _under_review(self):
        if self.is_open:
            raise ValidationError(_("It has not been sent to its readers yet."))
        return self.event

    def changes_since(self, version) -> str:
        """A sentence that says who wrote which version since."""
        last = self.current
        return gettext(
            "%(who)s saved version %(number)d at %(when)s. Nothing of yours is lost: compare, and save again to put yours on top."
        ) % {"who": last.by, "number": last.number, "when": localize(timezone.localtime(last.at))}


class BulletinVersion(Frozen):
    """One version of the text, with the figures that it was written with (文稿版本); never changed.

    `text` holds the title and the sections, each with its head, its words (a line is a paragraph) and for each number in them
    the figure that it states ("" for none). `figures` holds what the indicators said when it was kept.
    """

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, verbose_name=_("bulletin"), related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    text = models.JSONField(_("text"))
    figures = models.JSONField(_("figures"))
    note = models.CharField(_("note"), max_length=100, blank=True)
    by = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("written by"), related_name="+")
    at = models.DateTimeField(_("written at"), default=timezone.now)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a bulletin")
        verbose_name_plural = _("versions of bulletins")
        ordering = ["bulletin", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin", "number"],
                name="bulletin_version_once",
                violation_error_message=_("This version exists already."),
            )
        ]

    def __str__(self):
        return f"{self.bulletin} · {self.number}"
