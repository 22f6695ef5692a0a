"""What entities checked themselves."""

import secrets

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from entities.models import Entity
from entities.page_address import page_address
from entities.scope import ScopePaths
from inspections.models.checklist import Answer, ChecklistVersion
from inspections.models.record import OfEntity, Record, RecordQuerySet, WithEvidence

# No letter or digit that is easily taken for another when read aloud or written by hand.
UNMISTAKABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SUFFIX_LENGTH = 6
# Nobody looks away at their own shop: what is left open is answered, or does not apply.
SELF_CHECK_ANSWERS = (Answer.PASS, Answer.FAIL, Answer.NOT_APPLICABLE)


class SelfCheckQuerySet(RecordQuerySet):
    def latest_of(self, entity, campaign, *, on=None):
        """The entity's last self-check in that campaign, not after that day; None when there is none."""
        found = self.of_campaign(campaign).filter(entity=entity)
        if on is not None:
            found = found.filter(checked_on__lte=on)
        return found.order_by("-checked_on", "-pk").first()

    def handed_in_by_link(self, entity, *, on):
        """Those that the entity itself handed in on that day."""
        return self.filter(entity=entity, by_link=True, checked_on=on)

    def unused_receipt_number(self, on) -> str:
        """A number for a receipt of that day which nobody can guess from another."""
        while True:
            suffix = "".join(secrets.choice(UNMISTAKABLE) for _position in range(SUFFIX_LENGTH))
            number = f"ZC{on:%Y%m%d}-{suffix}"
            if not self.filter(receipt_number=number).exists():
                return number


class SelfCheck(OfEntity, WithEvidence, Record):
    """An entity's own check (企业自查), handed in by the entity or typed in by staff."""

    date_field = "checked_on"

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name=_("entity"), related_name="self_checks")
    checked_on = models.DateField(_("checked on"))
    answered_by = models.CharField(_("answered by"), max_length=50)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    client_uuid = models.UUIDField(_("client UUID"), null=True, blank=True, unique=True, editable=False)
    content_digest = models.CharField(_("digest of what was submitted"), max_length=64, blank=True, editable=False)
    checklist_version = models.ForeignKey(
        ChecklistVersion, models.PROTECT, verbose_name=_("checklist version"), related_name="+",
        null=True, blank=True, editable=False,
    )  # fmt: skip
    by_link = models.BooleanField(_("handed in by the entity itself"), default=False, editable=False)
    receipt_number = models.CharField(_("receipt number"), max_length=30, unique=True)
    remarks = models.TextField(_("remarks"), blank=True)

    objects = SelfCheckQuerySet.as_manager()
    scope = ScopePaths(
        entities=("entity",),
        unit="unit",
        people=("created_by",),
    )
    words_index = ("receipt_number", "answered_by")

    class Meta:
        verbose_name = _("self-check")
        verbose_name_plural = _("self-checks")
        ordering = ["-checked_on", "-pk"]
        indexes = [models.Index(fields=["campaign", "checked_on", "id"], name="self_check_list")]

    def __str__(self):
        return f"{self.entity} · {self.checked_on}"

    def get_absolute_url(self):
        return page_address("self_check_detail", self.pk)

    def clean(self):
        """Every point of the checklist on that day has an answer, and nothing else has; older ones came without their version."""
        super().clean()
        if self.checklist_version is None or self.checked_on is None:
            return
        points = {item.code for item in self.items()}
        if set(self.answers) != points or set(self.answers.values()) - set(SELF_CHECK_ANSWERS):
            raise ValidationError(
                {"answers": _("The answers do not belong to the checklist of that day: open it again.")}
            )

    def items(self):
        """The points that were asked, in their order; of an older self-check those of the version in force on its day."""
        kind = self.entity_kind or self.entity.kind
        version = self.checklist_version or ChecklistVersion.objects.for_visit(kind, self.checked_on)
        return version.items_on(self.checked_on, kind) if version else []

    def counts(self) -> dict[str, int]:
        """How many points have each answer."""
        given = list(self.answers.values())
        return {answer.value: given.count(answer.value) for answer in SELF_CHECK_ANSWERS}
