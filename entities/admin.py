"""Admin of who and where: regions, departments, units, officers with their grants, entities."""

from axes.utils import reset
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

from entities import second_factor
from entities.models import Department, Entity, EntityKind, Grant, Officer, ProductType, Region, Unit
from entities.scoped_admin import CityAdmin, ScopedAdmin, ScopedForm, ScopedInline, StoredAdmin

# Rights follow the role; a group edited by hand would be set back by the next update.
admin.site.unregister(Group)


@admin.register(Region)
class RegionAdmin(CityAdmin):
    has_many_rows = False
    fixed = ("code",)
    list_display = ["code", "name", "level", "parent", "tile_row", "tile_column"]
    list_display_links = ["code", "name"]
    list_filter = ["level"]
    list_select_related = ["parent"]
    search_fields = ["code", "name"]


@admin.register(Department)
class DepartmentAdmin(CityAdmin):
    has_many_rows = False
    fixed = ("code",)
    list_display = ["code", "name", "rank"]
    list_display_links = ["code", "name"]
    search_fields = ["code", "name"]


@admin.register(Unit)
class UnitAdmin(ScopedAdmin):
    list_display = ["name", "code", "kind", "department", "region", "parent", "rank"]
    list_filter = ["kind", "department", ("region", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["department", "region", "parent"]
    search_fields = ["code", "name"]


class GrantForm(ScopedForm):
    """A piece of scope that is lent, by somebody who has it."""

    def clean(self):
        cleaned = super().clean()
        lent = Grant(
            region=cleaned.get("region"), department=cleaned.get("department"),
            operation_key=cleaned.get("operation_key", ""),
        )  # fmt: skip
        if lent.region_id and not lent.is_within(self.by):
            raise ValidationError(
                _("This opens more than you may see yourself: ask the city's administrator to lend it.")
            )
        return cleaned


class GrantInline(ScopedInline):
    """What was lent is entered here; what comes with the post is written by the appointment."""

    model = Grant
    form = GrantForm
    show_change_link = False
    fields = ["kind", "region", "department", "operation_key", "starts_on", "ends_on"]
    readonly_fields = ["kind"]

    def has_change_permission(self, request, obj=None):
        """A grant is ended on its own page."""
        return False


class OfficerForm(ScopedForm, UserChangeForm):
    """An officer's entry; another role or unit is an appointment."""

    class Meta(UserChangeForm.Meta):
        model = Officer


class FirstPasswordForm(AdminPasswordChangeForm):
    """A password set by somebody else, which its owner changes after the next log-in."""

    def save(self, commit=True):
        officer = super().save(commit=False)
        officer.must_change_password = officer.has_usable_password()
        if commit:
            officer.save()
        return officer


class NewOfficerForm(UserCreationForm):
    """A new officer with a first password."""

    by = None

    class Meta(UserCreationForm.Meta):
        model = Officer
        fields = ("username", "name", "role", "unit")


@admin.register(Officer)
class OfficerAdmin(ScopedAdmin, UserAdmin):
    """Officers get their rights and scope by appointment: the groups and the grant of the post follow role and unit."""

    form = OfficerForm
    add_form = NewOfficerForm
    add_form_template = None
    change_password_form = FirstPasswordForm
    actions = ["unlock", "take_second_factor_away"]
    ordering = ["unit__rank", "username"]
    list_display = ["username", "name", "role", "unit", "certificate_number", "is_active"]
    list_filter = ["role", "is_active", ("unit", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["unit"]
    search_fields = ["username", "name", "certificate_number", "phone"]
    filter_horizontal = ()
    inlines = [GrantInline]
    PERSON = ("name", "certificate_number", "phone", "email")
    add_fieldsets = (
        (None, {"fields": ("username", "password1", "password2")}),
        (_("person"), {"fields": PERSON}),
        (_("post"), {"fields": ("role", "unit")}),
    )

    def get_fieldsets(self, request, obj=None):
        """Only a superuser makes superusers; a password is set on a page of its own."""
        if obj is None:
            return self.add_fieldsets
        account = ["is_active", "is_superuser"] if request.user.is_superuser else ["is_active"]
        return (
            (None, {"fields": ("username", "password")}),
            (_("person"), {"fields": self.PERSON}),
            (_("post"), {"fields": ("role", "unit")}),
            (_("account"), {"fields": (*account, "last_login", "date_joined")}),
        )

    def get_readonly_fields(self, request, obj=None):
        """An account is opened again here; it is closed on a page of its own, where somebody takes over its tasks."""
        if obj is None:
            return []
        return ["last_login", "date_joined", *(["is_active"] if obj.is_active else [])]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if "unit" in form.base_fields:
            form.base_fields["unit"].required = True
        return form

    def get_inlines(self, request, obj):
        return self.inlines if obj is not None else []

    @admin.action(description=_("Unlock after wrong passwords"), permissions=["change"])
    def unlock(self, request, officers):
        """Forget the failed log-ins of these officers, from every address."""
        for officer in officers:
            reset(username=officer.username)
        self.message_user(request, _("The accounts are unlocked."))

    @admin.action(description=_("Take the second factor away (phone lost)"), permissions=["change"])
    def take_second_factor_away(self, request, officers):
        """The officers set up a new one; who did it stands in their history."""
        for officer in officers:
            if self.has_change_permission(request, officer) and officer.may_be_taken_over_by(request.user):
                second_factor.take_away(officer)
                officer._change_reason = _("second factor taken away")
                officer.save()
        self.message_user(request, _("The next log-in of these officers asks for the password only."))

    def has_change_permission(self, request, obj=None):
        """A superuser's account is changed by superusers only: whoever sets its password has its rights."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def user_change_password(self, request, id, form_url=""):
        """Refused where the account opens more than the own one does: by a lent operation, or a post elsewhere."""
        officer = self.get_object(request, id)
        if officer is not None and not officer.may_be_taken_over_by(request.user):
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.must_change_password = True
        if not change or {"role", "unit"} & set(form.changed_data):
            obj.appoint(role=obj.role, unit=obj.unit)
        else:
            super().save_model(request, obj, form, change)


@admin.register(Grant)
class GrantAdmin(ScopedAdmin):
    form = GrantForm
    fixed = ("officer",)
    list_display = ["officer", "kind", "region", "department", "operation_key", "starts_on", "ends_on"]
    list_filter = ["kind", ("region", admin.RelatedOnlyFieldListFilter), "department"]
    list_select_related = ["officer", "region", "department"]
    search_fields = ["officer__username", "officer__name", "operation_key"]
    date_hierarchy = "starts_on"

    def is_settled(self, obj):
        """The grant of a post follows the appointment."""
        return obj.kind == Grant.Kind.POST

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "kind":
            kwargs["choices"] = [(Grant.Kind.LENT, Grant.Kind.LENT.label)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


@admin.register(Entity)
class EntityAdmin(StoredAdmin):
    list_display = ["name", "kind", "identity_number", "region", "address", "risk_level", "state"]
    list_filter = ["kind", "state", "risk_level", "identity_kind", ("region", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["region"]
    search_fields = ["name", "credit_code", "licence_number", "address", "phone"]
    listed = {"further_kinds": EntityKind, "goods": ProductType}

    def get_search_results(self, request, queryset, search_term):
        """The search of the register: also by pinyin initials."""
        return queryset.matching(search_term), False

    @admin.display(description=_("number"), ordering="credit_code")
    def identity_number(self, obj):
        return obj.identity or "—"

    def is_settled(self, obj):
        """A duplicate is shown with the entity that it was merged into."""
        return obj.merged_into_id is not None
