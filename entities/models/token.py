"""Tokens by which programs use the API in an officer's name."""

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models.audit import AuditEvent

PREFIX = "yz_"
LONGEST_DAYS = 365
MOST_TOKENS = 20


class TokenScope(models.TextChoices):
    """What a token opens, of that which its officer may do anyway."""

    READ = "read", _("read records and figures")
    WRITE = "write", _("enter and change records")
    EXPORT = "export", _("take out lists and files")


class ApiTokenQuerySet(models.QuerySet):
    def in_force(self, *, at=None):
        """Neither revoked nor expired."""
        return self.filter(revoked_at=None, expires_at__gt=at or timezone.now())


class ApiToken(models.Model):
    """A secret that opens the API for an officer's program (API 令牌); only its SHA-256 is kept."""

    officer = models.ForeignKey("entities.Officer", models.CASCADE, verbose_name=_("officer"), related_name="tokens")
    name = models.CharField(_("what it is for"), max_length=80)
    scopes = models.JSONField(_("what it opens"), default=list)
    digest = models.CharField("SHA-256", max_length=64, unique=True, editable=False)
    hint = models.CharField(_("begins with"), max_length=12, editable=False)
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    used_on = models.DateField(_("last used on"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="token_expires_after_it_is_made",
                condition=Q(expires_at__gt=F("created_at")),
                violation_error_message=_("A token is valid for at least a day."),
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.hint}…)"

    @property
    def opens(self) -> str:
        """What the token opens, in words."""
        return " · ".join(str(TokenScope(scope).label) for scope in self.scopes)

    @classmethod
    def issue(cls, officer, *, name, scopes, days):
        """A new token and its text, which is told this once. Raises ValidationError for what it can't be."""
        if not 1 <= days <= LONGEST_DAYS:
            raise ValidationError(
                {"days": gettext("A token is valid for 1 to %(most)d days.") % {"most": LONGEST_DAYS}}
            )
        if not scopes or set(scopes) - set(TokenScope.values):
            raise ValidationError({"scopes": gettext("Choose what the token opens.")})
        if officer.tokens.in_force().count() >= MOST_TOKENS:
            raise ValidationError(
                gettext("You have %(most)d tokens in force: revoke one first.") % {"most": MOST_TOKENS}
            )
        text = PREFIX + secrets.token_urlsafe(32)
        now = timezone.now()
        token = cls(
            officer=officer, name=name, scopes=sorted(set(scopes)), digest=digest_of(text), hint=text[:7],
            created_at=now, expires_at=now + timedelta(days=days),
        )  # fmt: skip
        token.full_clean()
        token.save(force_insert=True)
        AuditEvent.note(AuditEvent.Kind.TOKEN, officer=officer, what=f"{token} {' '.join(token.scopes)}")
        return token, text

    @classmethod
    def find(cls, text):
        """The token in force with that text, with its officer; None for any other. One query."""
        return cls.objects.in_force().select_related("officer__unit__region").filter(digest=digest_of(text)).first()

    def mark_used(self, on):
        """Note the day of use; one write a day."""
        if self.used_on != on:
            ApiToken.objects.filter(pk=self.pk).update(used_on=on)

    def revoke(self):
        """Nobody uses it from now on; revoking it again changes nothing."""
        if ApiToken.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now()):
            AuditEvent.note(AuditEvent.Kind.TOKEN, officer=self.officer, what=f"{self} revoked")
        self.refresh_from_db()


def digest_of(text) -> str:
    """The SHA-256 by which a token is found: it is as random as a key, so that a slow hash would add nothing."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
