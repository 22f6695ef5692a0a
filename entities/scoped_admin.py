"""The admin as every other screen: scoped, never deleting, writing through `store`, its history for those who may read it."""

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from entities.history import changes_of
from entities.identity import IdentityCard
from entities.stored import Stored

# What a record copies when it is made, who wrote it, and what no screen shows.
COPIED = ("campaign", "region", "unit")
WRITTEN = ("created_by", "created_at", "changed_by", "changed_at")
UNSHOWN = {"version", "identity_cipher", "identity_hash", "content_digest", "draft_form", "client_uuid", "entity_kind"}


def choices_for(officer, choices):
    """Of the choices of a field, those that the officer may see."""
    return choices.visible_to(officer) if hasattr(choices, "visible_to") else choices


class ChoicesField(forms.MultipleChoiceField):
    """Several of a list, kept as JSON."""

    widget = forms.CheckboxSelectMultiple


class ScopedForm(forms.ModelForm):
    """A form that keeps a value which is already there, even when the officer could not choose it anew."""

    by = None  # the officer, set by the admin on the form class of each request

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            return
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and (now := self.initial.get(name)):
                present = [getattr(one, "pk", one) for one in (now if isinstance(now, list) else [now])]
                field.queryset = field.queryset | field.queryset.model._base_manager.filter(pk__in=present)


class StoredForm(ScopedForm):
    """The form of a record that is written by `store`: what that would refuse is said here, beside its field."""

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    parent = ""  # in an inline, the field that points to the record of the page

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen_version"] = self.instance.version
            self.fields["seen_version"].required = True
        for name in COPIED:
            if name in self.fields and hasattr(self.instance, "origin"):
                self.fields[name].required = False  # copied from the entity or record; `store` asks for what is missing

    def _post_clean(self):
        super()._post_clean()
        if self.errors:
            return
        try:
            self.instance.check_for(
                by=self.by, version=self.cleaned_data.get("seen_version"), exclude=self._unsaved_parent()
            )
        except ValidationError as error:
            self._show(error)

    def _unsaved_parent(self):
        parent = getattr(self.instance, self.parent) if self.parent else None
        return [self.parent] if parent is not None and parent._state.adding else None

    def _show(self, error):
        """Put each message at its field, and those of fields that are not on the form above it, with the field's name."""
        for name, errors in error.update_error_dict({}).items():
            for one in errors:
                if name in self.fields or name == NON_FIELD_ERRORS:
                    self.add_error(None if name == NON_FIELD_ERRORS else name, one)
                else:
                    label = capfirst(self.instance._meta.get_field(name).verbose_name)
                    self.add_error(None, f"{label}: {' '.join(one.messages)}")


class IdentityCardForm(StoredForm):
    """With the identity-card number of a natural person, typed in full, shown masked."""

    identity_card = forms.CharField(
        label=_("identity-card number"), required=False, max_length=18, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.masked_identity_card and "identity_card" in self.fields:
            self.fields["identity_card"].help_text = _("On file; leave empty to keep it.")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("identity_card"):
            try:
                self.instance.set_identity_card(cleaned["identity_card"])
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned


class StoredInlineFormSet(BaseInlineFormSet):
    """Lines of a page whose record may still be unwritten: they take their place from it all the same."""

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        setattr(form.instance, self.fk.name, self.instance)
        form.parent = self.fk.name
        return form


class Scoped:
    """What pages and their lines have in common: rows and choices inside the scope, nothing deleted."""

    listed = {}  # JSON lists: field → its choices
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request):
        return choices_for(request.user, super().get_queryset(request))

    def get_field_queryset(self, db, db_field, request):
        choices = super().get_field_queryset(db, db_field, request)
        if choices is None:
            choices = db_field.remote_field.model._default_manager.all()
        return choices_for(request.user, choices)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in self.listed:
            return ChoicesField(
                label=capfirst(db_field.verbose_name), choices=self.listed[db_field.name].choices, required=False
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_view_on_site_url(self, obj=None):
        """The record's own page; not through Django's redirect, which asks nobody's scope."""
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None

    def get_autocomplete_fields(self, request):
        """All fields whose choices are too many for a list."""
        related = {
            field.name: self.admin_site._registry.get(field.related_model)
            for field in (*self.model._meta.fields, *self.model._meta.many_to_many)
            if field.related_model and field.editable
        }
        return [name for name, page in related.items() if getattr(page, "has_many_rows", False)]

    def has_delete_permission(self, request, obj=None):
        """Nobody: what counted is voided, withdrawn, ended, closed or disabled."""
        return False


class ScopedInline(Scoped, admin.TabularInline):
    """Lines of a page, shown or entered; a read-only one says so by `can_change = False`."""

    extra = 0
    can_delete = False
    can_change = True
    show_change_link = True

    def has_add_permission(self, request, obj=None):
        return self.can_change and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return self.can_change and super().has_change_permission(request, obj)

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.by = request.user
        return formset


class StoredInline(ScopedInline):
    """Lines that are records themselves."""

    form = StoredForm
    formset = StoredInlineFormSet
    exclude = COPIED


class ScopedAdmin(Scoped, SimpleHistoryAdmin):
    """The page of one model."""

    form = ScopedForm
    has_many_rows = True  # chosen by search, not from a list
    list_per_page = 50
    show_full_result_count = False
    fixed = ()  # entered once, when the record is made
    history_list_per_page = 50

    def is_settled(self, obj) -> bool:
        """Whether the record can no longer be edited, only seen."""
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not (obj is not None and self.is_settled(obj))

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.by = request.user
        return form

    def get_readonly_fields(self, request, obj=None):
        """What verbs write, and what is fixed once the record is made; a record not yet made shows none of it."""
        declared = super().get_readonly_fields(request, obj)
        if obj is None:
            return declared
        unwritable = [f.name for f in self.model._meta.fields if not f.editable and f.name not in UNSHOWN]
        return [*dict.fromkeys((*declared, *self.fixed, *unwritable))]

    def get_fieldsets(self, request, obj=None):
        """What is entered, what the record's verbs wrote, and who wrote it."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.fieldsets or self.fields:
            return fieldsets
        names = flatten_fieldsets(fieldsets)
        readonly = set(self.get_readonly_fields(request, obj)) - set(self.fixed)
        groups = [
            (None, [name for name in names if name not in readonly]),
            (_("Status"), [name for name in names if name in readonly and name not in WRITTEN]),
            (_("Entry"), [name for name in names if name in WRITTEN]),
        ]
        return [(label, {"fields": fields}) for label, fields in groups if fields]

    def save_model(self, request, obj, form, change):
        if isinstance(obj, Stored):
            obj.store(by=request.user)
        else:
            super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        for obj in formset.save(commit=False):
            if isinstance(obj, Stored):
                obj.store(by=request.user)
            else:
                obj.save()
        formset.save_m2m()

    # --- history: of what one sees, for those who may read it; never written from here

    def has_view_history_permission(self, request, obj=None):
        return request.user.has_perm("inspections.read_history") and self.has_view_permission(request, obj)

    def has_change_history_permission(self, request, obj=None):
        return False

    def has_view_history_or_change_history_permission(self, request, obj=None):
        return self.has_view_history_permission(request, obj)

    def set_history_delta_changes(self, request, historical_records, foreign_keys_are_objs=True):
        """To each version, what it changed; to the last of a page, compared with the first of the next one."""
        versions = list(historical_records)
        pairs = list(zip(versions, [*versions[1:], versions[-1].prev_record if versions else None], strict=False))
        for (newer, _older), changes in zip(pairs, changes_of(pairs), strict=True):
            newer.history_delta_changes = changes

    def _refuse_history(self, request, object_id):
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        seen = self.get_object(request, object_id)
        if seen is None or not hasattr(self.opts, "simple_history_manager_attribute"):
            raise Http404
        if not self.has_view_history_permission(request, seen):
            raise PermissionDenied

    def history_view(self, request, object_id, extra_context=None):
        self._refuse_history(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        self._refuse_history(request, object_id)
        return super().history_form_view(request, object_id, version_id, extra_context)

    def render_history_view(self, request, template, context, **kwargs):
        if "adminform" in context:
            for field in context["adminform"].form.fields.values():
                field.disabled = True
        return super().render_history_view(request, template, context, **kwargs)


class CityAdmin(ScopedAdmin):
    """The page of what holds in the whole city: shown to all with the right, entered by those who see beyond a county."""

    def has_add_permission(self, request):
        return super().has_add_permission(request) and request.user.sees_beyond_a_county()

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and request.user.sees_beyond_a_county()


class StoredAdmin(ScopedAdmin):
    """The page of a record that is written by `store`."""

    form = StoredForm

    def get_form(self, request, obj=None, change=False, **kwargs):
        if issubclass(self.model, IdentityCard) and "form" not in kwargs and self.form is StoredForm:
            kwargs["form"] = IdentityCardForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        readonly = super().get_readonly_fields(request, obj)
        return [*readonly, "masked_card"] if obj is not None and issubclass(self.model, IdentityCard) else readonly

    @admin.display(description=_("identity card, masked"))
    def masked_card(self, obj):
        return obj.masked_identity_card or "—"
