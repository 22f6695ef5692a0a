"""The superior's own form, what its cells hold, and every filling of it."""

import hashlib
import uuid

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Officer, Region, Unit
from entities.page_address import page_address
from entities.scope import ScopedQuerySet, ScopePaths
from entities.trace import History
from inspections.models import Campaign
from inspections.uploads.storing import kept, opened
from reports.superior.book import Book
from reports.superior.judge import check_workbook
from reports.superior.period import PeriodKind


def stored_name(form, original):
    """A name that tells nothing and can't be guessed."""
    return f"forms/{uuid.uuid4().hex}.xlsx"


class Holds(models.TextChoices):
    FIGURE = "figure", _("figure")
    UNIT = "unit", _("reporting unit")
    PERIOD = "period", _("period in words")
    DATE = "date", _("date of filling")
    COMPILER = "compiler", _("compiler")


class When(models.TextChoices):
    PERIOD = "period", _("of the period")
    CUMULATIVE = "cumulative", _("cumulative to its end")
    PREVIOUS = "previous", _("of the period before")


class SuperiorForm(models.Model):
    """A workbook that the province or another office wants filled each period (上级报表); a new edition replaces an older one."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, verbose_name=_("campaign"), related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("reporting unit"), related_name="+")
    name = models.CharField(_("name"), max_length=120)
    issued_by = models.CharField(_("issued by"), max_length=120, help_text=_("The office that wants the form."))
    period_kind = models.CharField(_("period"), max_length=12, choices=PeriodKind, default=PeriodKind.MONTH)
    file = models.FileField(_("workbook"), upload_to=stored_name, max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    replaces = models.OneToOneField(
        "self", models.PROTECT, verbose_name=_("replaces"), related_name="replaced_by", null=True, blank=True
    )
    is_active = models.BooleanField(_("in use"), default=True)
    uploaded_by = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("uploaded by"), related_name="+", editable=False
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now, editable=False)

    history = History()
    objects = ScopedQuerySet.as_manager()
    scope = ScopePaths(regions=("unit__region__code",), unit="unit", people=("uploaded_by",))

    class Meta:
        verbose_name = _("superior's form")
        verbose_name_plural = _("superior's forms")
        ordering = ["-is_active", "name", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="superior_form_sha256_form",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                violation_error_message=_("A SHA-256 has 64 hexadecimal digits."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return page_address("form_detail", self.pk)

    def open(self) -> Book:
        """The workbook as it was uploaded. Raises FileAway."""
        with opened(self.file) as workbook:
            return Book(workbook.read())

    @transaction.atomic
    def take_in(self, *, by):
        """Judge the upload and keep it; what it replaces goes out of use, and its bindings are taken over where they still fit.

        Raises ValidationError, beside the field, and writes nothing then.
        """
        if by.unit_id is None:
            raise ValidationError(_("Your account has no unit: ask the administrator to enter it."))
        if not self.file:
            raise ValidationError({"file": _("Choose the workbook.")})
        try:
            check_workbook(self.file.file)
        except ValidationError as error:
            raise ValidationError({"file": error.messages}) from None
        content = self.file.file.read()
        self.file.file.seek(0)
        self.unit_id, self.uploaded_by, self.sha256 = by.unit_id, by, hashlib.sha256(content).hexdigest()
        try:
            book = Book(content)
        except Exception:  # whatever a library makes of a damaged workbook, the officer is told one thing
            raise ValidationError(
                {"file": _("This is no workbook that can be read: save it again in Excel.")}
            ) from None
        self._history_user = by
        self.full_clean()
        self.file = stored_name(self, "")
        with kept(self.file.storage, self.file.name, content):
            self.save()
            if self.replaces is not None:
                self._follow(self.replaces, book, by)

    def _follow(self, older, book, by):
        older.is_active, older._history_user = False, by
        older.save()
        for binding in older.bindings.all():
            if not book.refusal(binding.sheet, binding.cell):
                binding.pk, binding.form, binding._history_user = None, self, by
                binding._state.adding = True
                binding.save()

    @transaction.atomic
    def bind(self, bindings, *, by):
        """Let the cells hold what the bindings say, instead of what they held. Raises ValidationError, and then binds none."""
        self._lock()
        book = self.open()
        for binding in bindings:
            book.check(binding.sheet, binding.cell)
            held = self.bindings.filter(sheet=binding.sheet, cell=binding.cell).first()
            binding.form, binding._history_user = self, by
            if held is not None:
                binding.pk, binding._state.adding = held.pk, False
            binding.full_clean()
            binding.save()

    @transaction.atomic
    def unbind(self, sheet, cell, *, by):
        """Leave the cell as it stands in the form."""
        self._lock()
        held = self.bindings.filter(sheet=sheet, cell=cell).first()
        if held is None:
            raise ValidationError(_("This cell holds nothing that could be taken away."))
        held._history_user = by
        held.delete()

    def _lock(self):
        locked = SuperiorForm.objects.select_for_update().get(pk=self.pk)
        if not locked.is_active:
            raise ValidationError(_("This edition of the form is out of use: change the newer one."))


class FormBinding(models.Model):
    """What one cell of a form holds: a figure of a place, or a word about the filling (单元格绑定)."""

    form = models.ForeignKey(SuperiorForm, models.CASCADE, verbose_name=_("form"), related_name="bindings")
    sheet = models.CharField(_("sheet"), max_length=31)
    cell = models.CharField(_("cell"), max_length=7)
    holds = models.CharField(_("holds"), max_length=10, choices=Holds, default=Holds.FIGURE)
    indicator = models.CharField(_("indicator"), max_length=60, blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name=_("region"), related_name="+", null=True, blank=True
    )
    own = models.BooleanField(_("only the region's own level"), default=False)
    of_unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="+", null=True, blank=True)
    when = models.CharField(_("when"), max_length=10, choices=When, default=When.PERIOD)

    history = History()

    class Meta:
        verbose_name = _("bound cell")
        verbose_name_plural = _("bound cells")
        ordering = ["form", "sheet", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "sheet", "cell"],
                name="form_binding_cell_once",
                violation_error_message=_("This cell holds something already."),
            ),
            models.CheckConstraint(
                name="form_binding_figure_names_indicator",
                condition=Q(holds="figure") & ~Q(indicator="") | ~Q(holds="figure") & Q(indicator=""),
                violation_error_message=_("A figure names its indicator, and a word names none."),
            ),
            models.CheckConstraint(
                name="form_binding_one_place",
                condition=Q(region=None) | Q(of_unit=None),
                violation_error_message=_("Choose a region or a unit, not both."),
            ),
        ]

    def __str__(self):
        return f"{self.cell} · {self.words}"

    @property
    def words(self) -> str:
        """What the cell holds, in words."""
        if self.holds != Holds.FIGURE:
            return self.get_holds_display()
        from reports.own import label_of  # the declarations rest on models

        parts = [label_of(self.form.campaign, self.indicator), self.place_words]
        return " · ".join(parts + ([self.get_when_display()] if self.when != When.PERIOD else []))

    @property
    def place_words(self) -> str:
        if self.of_unit is not None:
            return self.of_unit.name
        region = self.region or self.form.campaign.region
        return gettext("%(region)s itself") % {"region": region.name} if self.own else region.name

    def clean(self):
        from reports.own import labels

        super().clean()
        if self.form_id is None:
            return
        campaign = self.form.campaign
        if self.indicator and self.indicator not in labels(campaign):
            raise ValidationError({"indicator": _("There is no such indicator: choose one of the list.")})
        for field, code in (("region", self.region_id), ("of_unit", self.of_unit and self.of_unit.region_id)):
            if code and not code.startswith(campaign.region_id):
                raise ValidationError({field: _("This place is outside the campaign: choose another.")})


class FilledForm(models.Model):
    """A form as it was filled and handed out for one period (已填报表): its numbers and hash, never changed."""

    form = models.ForeignKey(SuperiorForm, models.PROTECT, verbose_name=_("form"), related_name="filled")
    period = models.CharField(_("period"), max_length=10, editable=False)
    by = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("filled by"), related_name="+", editable=False)
    at = models.DateTimeField(_("filled at"), default=timezone.now, editable=False)
    figures = models.JSONField(_("figures"), default=dict, editable=False)
    despite = models.JSONField(_("errors known when it was filled"), default=list, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)

    class Meta:
        verbose_name = _("filled form")
        verbose_name_plural = _("filled forms")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.form} · {self.period}"
