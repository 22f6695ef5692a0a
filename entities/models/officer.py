"""Officers and the grants that say what they see."""

from datetime import timedelta

from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import F, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from entities.models.region import Region
from entities.models.unit import Department, Unit
from entities.question import Given, Question
from entities.roles import Role
from entities.scope import ScopedQuerySet, ScopePaths
from entities.today import today
from entities.trace import History


class OfficerQuerySet(ScopedQuerySet):
    def active(self):
        """Officers who may sign in."""
        return self.filter(is_active=True)

    def certified(self):
        """Officers with a law-enforcement certificate, who alone count towards the two of an inspection."""
        return self.exclude(certificate_number="")


class OfficerManager(UserManager.from_queryset(OfficerQuerySet)):
    pass


class Officer(AbstractUser):
    """A person with an account (执法人员/工作人员); disabled rather than deleted."""

    first_name = None
    last_name = None
    name = models.CharField(_("full name"), max_length=50)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.INSPECTOR)
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("unit"), related_name="officers", null=True, blank=True
    )
    certificate_number = models.CharField(_("law-enforcement certificate number"), max_length=30, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    password_set_at = models.DateTimeField(_("password set at"), null=True, blank=True, editable=False)
    must_change_password = models.BooleanField(
        _("must change the password"), default=False, db_default=False, editable=False,
        help_text=_("Somebody else set it: it is changed after the next log-in."),
    )  # fmt: skip

    history = History(excluded_fields=["password", "last_login"])
    objects = OfficerManager()
    scope = ScopePaths(regions=("unit__region__code",), people=("pk",), unit="unit", departments=("unit__department",))

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("officer")
        verbose_name_plural = _("officers")
        ordering = ["unit__rank", "username"]
        indexes = [models.Index(fields=["name", "id"], name="officer_by_name")]  # tasks in the order of their officers
        constraints = [
            models.UniqueConstraint(
                fields=["certificate_number"],
                condition=~Q(certificate_number=""),
                name="officer_certificate_number_once",
                violation_error_message=_("Another officer has this certificate number."),
            ),
        ]

    def __str__(self):
        return self.name or self.username

    def clean(self):
        """Somebody can always administer, and somebody the whole city: the last one is neither disabled nor given another role."""
        super().clean()
        administrators = Officer.objects.active().filter(Q(role=Role.ADMINISTRATOR) | Q(is_superuser=True))
        if connection.in_atomic_block:  # so that two administrators do not disable each other at the same moment
            administrators = administrators.order_by("pk").select_for_update()
        stays = self.is_active and (self.role == Role.ADMINISTRATOR or self.is_superuser)
        if stays:
            return
        found = {one.pk: one for one in administrators}
        if self.pk not in found:
            return
        reach = found[self.pk].sees_beyond_a_county()
        others = [one for pk, one in found.items() if pk != self.pk]
        if not any(one.sees_beyond_a_county() or not reach for one in others):
            raise ValidationError(_("This is the last administrator: appoint another one first."))

    def get_full_name(self):
        """The name as it stands on the certificate."""
        return str(self)

    def get_short_name(self):
        return str(self)

    def set_password(self, raw_password):
        """Also notes when; whoever sets the password of somebody else says so by `must_change_password`."""
        super().set_password(raw_password)
        self.password_set_at, self.must_change_password = timezone.now(), False

    def has_to_change_password(self, *, days=0) -> bool:
        """Whether the password was set by somebody else, or (with `days`) is older than that."""
        is_old = days and self.password_set_at and timezone.now() - self.password_set_at > timedelta(days=days)
        return self.must_change_password or bool(is_old)

    @transaction.atomic
    def disable(self):
        """Close the account: nobody signs in with it, and every session and token ends at once.

        Raises ValidationError for the last administrator.
        """
        self.is_active = False
        self.full_clean(exclude=["password"])
        self.save()
        for token in self.tokens.filter(revoked_at=None):
            token.revoke()
        self.end_sessions()

    def end_sessions(self, *, but=None):
        """Sign the officer out everywhere, except in the session of that key."""
        for session in self.sessions.exclude(session_key=but or ""):
            session.end()

    @property
    def is_certified(self) -> bool:
        """Whether the officer counts towards the two of an inspection (行政处罚法 第四十二条)."""
        return bool(self.certificate_number)

    @property
    def department_id(self):
        return self.unit.department_id if self.unit else None

    def grants_in_force(self, on):
        """The officer's grants on that day; asked once per officer object, since one request asks it many times."""
        if not hasattr(self, "_grants"):
            self._grants = _GRANTS(officer=self.pk)
        return [grant for grant in self._grants if grant.is_in_force(on)]

    def covers(self, region_code: str, *, on=None) -> bool:
        """Whether a grant without operation or department opens every record of that region."""
        if self.is_superuser:
            return True
        return any(
            region_code.startswith(grant.region_id)
            for grant in self.grants_in_force(on or today())
            if not grant.operation_key and not grant.department_id
        )

    def sees_beyond_a_county(self, *, on=None) -> bool:
        """Whether a grant without operation or department opens a whole city, or more."""
        if self.is_superuser:
            return True
        return any(
            grant.region.level != Region.Level.COUNTY
            for grant in self.grants_in_force(on or today())
            if not grant.operation_key and not grant.department_id
        )

    @transaction.atomic
    def appoint(self, *, role, unit, on=None):
        """Give the officer a role and a unit: the group's rights and the unit's scope replace those of the last post.

        Raises ValidationError when nobody would administer the whole city any more.
        """
        on, was_administered = on or today(), _is_administered_beyond_a_county()
        self.role, self.unit = role, unit
        self.is_staff = self.is_superuser or role in Role.with_admin()
        self.full_clean(exclude=["password"])
        self.save()
        self.groups.set([Group.objects.get(name=Role(role).group_name)])
        posts = self.grants.filter(kind=Grant.Kind.POST)
        posts.filter(starts_on__gte=on).delete()
        for post in posts.filter(Q(ends_on=None) | Q(ends_on__gte=on)):
            post.ends_on = on - timedelta(days=1)
            post.save()
        partner = unit.kind == Unit.Kind.PARTNER
        self.grants.create(
            kind=Grant.Kind.POST, region=unit.region, department=unit.department if partner else None, starts_on=on
        )
        self.__dict__.pop("_grants", None)
        if was_administered and not _is_administered_beyond_a_county():
            raise ValidationError(_("This is the last administrator: appoint another one first."))

    def may_be_taken_over_by(self, other) -> bool:
        """Whether whoever sets this account's password gets no more by it than they have."""
        if self.is_superuser:
            return other.is_superuser
        return all(grant.is_within(other) for grant in self.grants_in_force(today()))


def _is_administered_beyond_a_county() -> bool:
    """Whether an administrator who is active sees more than a county."""
    administrators = Officer.objects.active().filter(Q(role=Role.ADMINISTRATOR) | Q(is_superuser=True))
    return any(one.sees_beyond_a_county() for one in administrators)


class GrantQuerySet(ScopedQuerySet):
    def with_bounds(self):
        """Each with the first and the last code of all regions, by which it knows whether it opens everything."""
        codes = Region.objects.values("code")
        return self.annotate(
            first_code=Subquery(codes.order_by("code")[:1]), last_code=Subquery(codes.order_by("-code")[:1])
        )


class Grant(models.Model):
    """A piece of scope (授权): a region, or one department's share of it, or one operation, from a day to a day."""

    class Kind(models.TextChoices):
        POST = "post", _("by post")
        LENT = "lent", _("lent")

    officer = models.ForeignKey(Officer, models.CASCADE, verbose_name=_("officer"), related_name="grants")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.LENT)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), related_name="+")
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("department"), related_name="+", null=True, blank=True
    )
    operation_key = models.CharField(_("operation key"), max_length=40, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    history = History()
    objects = GrantQuerySet.as_manager()
    scope = ScopePaths(people=("officer",))
    first_code = last_code = ""

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["officer", "starts_on"]
        constraints = [
            models.CheckConstraint(
                name="grant_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A grant ends on or after the day it starts."),
            ),
        ]

    def __str__(self):
        return f"{self.officer} · {self.region}"

    def is_in_force(self, on) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)

    @property
    def opens_everything(self) -> bool:
        """Whether every region there is lies inside its own, and nothing else narrows it; only told `with_bounds`."""
        if self.operation_key or self.department_id:
            return False
        return self.first_code.startswith(self.region_id) and self.last_code.startswith(self.region_id)

    def is_within(self, officer) -> bool:
        """Whether it opens no more than that officer sees: nobody lends what they do not have.

        An operation reaches over counties, so it is lent by whoever sees a whole city, or was lent it.
        """
        own = officer.grants_in_force(today())
        if self.operation_key:
            return officer.sees_beyond_a_county() or any(grant.operation_key == self.operation_key for grant in own)
        if officer.covers(self.region_id):
            return True
        return bool(self.department_id) and any(
            grant.department_id == self.department_id and self.region_id.startswith(grant.region_id)
            for grant in own
            if not grant.operation_key
        )


_GRANTS = Question(
    lambda: Grant.objects.filter(officer=Given("officer")).with_bounds().select_related("region").order_by("starts_on")
)
