"""Compulsory certificates (CCC) with their states, and recalls."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Entity, ProductType
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.record import OfEntity, Record, RecordQuerySet, WithEvidence


class CertificateStatus(models.TextChoices):
    VALID = "valid", _("valid")
    SUSPENDED = "suspended", _("suspended")
    CANCELLED = "cancelled", _("cancelled")
    REVOKED = "revoked", _("revoked")


# Since when nothing of that kind may leave the works, be sold or used without a certificate (强制性产品认证目录, regulation 2.2).
COMPULSORY_SINCE = {
    ProductType.EBIKE: date(2019, 4, 15), ProductType.BATTERY: date(2025, 11, 1), ProductType.CHARGER: date(2025, 11, 1),
}  # fmt: skip
# From that day on every certificate to the old standard of e-bikes (GB 17761—2018) is cancelled.
OLD_STANDARD_ENDED_ON = date(2025, 12, 1)


def is_compulsory(product, day) -> bool:
    """Whether the product may be sold on that day only with a certificate (认证认可条例 第二十七条)."""
    since = COMPULSORY_SINCE.get(product)
    return since is not None and since <= day


class CertificateQuerySet(RecordQuerySet):
    def with_state_on(self, day):
        """With `state_then` and `state_since`, the state on that day by the changes; None before the first change."""
        changes = CertificateChange.objects.filter(certificate=OuterRef("pk"), from_on__lte=day)
        last = changes.order_by("-from_on", "-pk")
        return self.annotate(
            state_then=Subquery(last.values("status")[:1]), state_since=Subquery(last.values("from_on")[:1])
        )

    def valid_on(self, day):
        """Issued, not expired, and neither suspended nor ended on that day."""
        within = self.filter(Q(expires_on=None) | Q(expires_on__gte=day), issued_on__lte=day)
        return within.with_state_on(day).filter(Q(state_then=None) | Q(state_then=CertificateStatus.VALID))


class Certificate(OfEntity, WithEvidence, Record):
    """A certificate of a product (认证证书), in one of four states."""

    date_field = "created_at"
    moves = {
        CertificateStatus.VALID: {
            CertificateStatus.SUSPENDED, CertificateStatus.CANCELLED, CertificateStatus.REVOKED,
        },
        CertificateStatus.SUSPENDED: {
            CertificateStatus.VALID, CertificateStatus.CANCELLED, CertificateStatus.REVOKED,
        },
    }  # fmt: skip

    number = models.CharField(_("certificate number"), max_length=50)
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name=_("entity"), related_name="certificates")
    product = models.CharField(_("product"), max_length=20, choices=ProductType)
    model_name = models.CharField(_("brand and model"), max_length=120)
    issuer = models.CharField(_("certification body"), max_length=120)
    issued_on = models.DateField(_("certificate issued on"))
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=CertificateStatus, default=CertificateStatus.VALID, editable=False
    )
    verified_on = models.DateField(_("verified on"), null=True, blank=True, editable=False)

    objects = CertificateQuerySet.as_manager()
    scope = ScopePaths(entities=("entity",), unit="unit", people=("created_by",))

    class Meta:
        verbose_name = _("product certificate")
        verbose_name_plural = _("product certificates")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number", "entity"],
                name="certificate_number_once",
                violation_error_message=_("This certificate is already recorded for the entity."),
            ),
            models.CheckConstraint(
                name="certificate_expires_after_issue",
                condition=Q(expires_on=None) | Q(expires_on__gte=F("issued_on")),
                violation_error_message=_("A certificate does not expire before it was issued: check the dates."),
            ),
        ]

    def __str__(self):
        return self.number

    def clean(self):
        """It is recorded once it is issued, and compared with the register after that, as work of the campaign."""
        super().clean()
        self.refuse_future("issued_on", "verified_on")
        self.refuse_before_campaign("verified_on")
        if self.verified_on and self.issued_on and self.verified_on < self.issued_on:
            raise ValidationError({"verified_on": _("This is before the certificate was issued: check the date.")})
        if self.pk and self.issued_on and self.changes.filter(from_on__lt=self.issued_on).exists():
            raise ValidationError({"issued_on": _("Its state changed before that day: check the date.")})

    def valid_on(self, day) -> bool:
        """Whether it was valid on that day."""
        return type(self).objects.filter(pk=self.pk).valid_on(day).exists()

    def state_on(self, day) -> str:
        """Its state on that day by its changes; valid before the first."""
        change = self.changes.filter(from_on__lte=day).order_by("-from_on", "-pk").first()
        return change.status if change else CertificateStatus.VALID

    @transaction.atomic
    def verify(self, *, by, on=None):
        """Record that it was compared with the register of the certification authority (认e云)."""
        self.lock()
        self.verified_on = on or today()
        self.store(by=by)

    def suspend(self, *, by, reason, on=None):
        self._change(CertificateStatus.SUSPENDED, by=by, reason=reason, on=on)

    def restore(self, *, by, reason, on=None):
        """Valid again after a suspension."""
        self._change(CertificateStatus.VALID, by=by, reason=reason, on=on)

    def cancel(self, *, by, reason, on=None):
        self._change(CertificateStatus.CANCELLED, by=by, reason=reason, on=on)

    def revoke(self, *, by, reason, on=None):
        self._change(CertificateStatus.REVOKED, by=by, reason=reason, on=on)

    @transaction.atomic
    def _change(self, to, *, by, reason, on):
        self.need_reason(reason)
        self.lock()
        day = on or today()
        last = self.changes.order_by("-from_on", "-pk").first()
        if day < max(self.issued_on, last.from_on if last else self.issued_on):
            raise ValidationError({"on": _("This is before the certificate's last change: check the date.")})
        if day > today():
            raise ValidationError({"on": gettext("This date is in the future: today is %(day)s.") % {"day": today()}})
        self.advance(to, by=by, reason=reason)
        CertificateChange(certificate=self, status=to, from_on=day, reason=reason.strip()).store(by=by)


class CertificateChangeQuerySet(RecordQuerySet):
    def since_campaign(self):
        """Those that happened in the days of their campaign; older ones are only told, not counted."""
        return self.filter(from_on__gte=F("campaign__starts_on"))


class CertificateChange(Record):
    """From when a certificate was in another state, and why (证书状态变更); that may lie before the campaign."""

    date_field = "created_at"

    certificate = models.ForeignKey(
        Certificate, models.PROTECT, verbose_name=_("product certificate"), related_name="changes"
    )
    status = models.CharField(_("status"), max_length=10, choices=CertificateStatus)
    from_on = models.DateField(_("in this state since"))
    reason = models.CharField(_("reason"), max_length=300)

    objects = CertificateChangeQuerySet.as_manager()
    scope = ScopePaths(entities=("certificate__entity",), unit="unit", people=("created_by",))

    class Meta:
        verbose_name = _("change of a certificate")
        verbose_name_plural = _("changes of certificates")
        ordering = ["from_on", "pk"]

    def __str__(self):
        return f"{self.get_status_display()} · {self.from_on}"

    def origin(self):
        return self.certificate


class Recall(OfEntity, WithEvidence, Record):
    """Products that an entity takes back (召回)."""

    date_field = "announced_on"

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name=_("entity"), related_name="recalls")
    product = models.CharField(_("product"), max_length=20, choices=ProductType)
    model_name = models.CharField(_("brand and model"), max_length=120)
    announced_on = models.DateField(_("announced on"))
    items = models.PositiveIntegerField(_("items recalled"))
    reason = models.TextField(_("reason"))

    scope = ScopePaths(entities=("entity",), unit="unit", people=("created_by",))

    class Meta:
        verbose_name = _("recall")
        verbose_name_plural = _("recalls")
        ordering = ["-announced_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="recall_has_items",
                condition=Q(items__gte=1),
                violation_error_message=_("Enter at least one item."),
            ),
        ]

    def __str__(self):
        return f"{self.model_name} · {self.announced_on}"
