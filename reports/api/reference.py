"""What entries are chosen from: campaigns, regions, units, departments, officers, checklists."""

from django.core.exceptions import PermissionDenied
from django.urls import path
from rest_framework import serializers
from rest_framework.views import APIView

from entities.models import Department, Officer, Region, Unit
from inspections.models import Campaign, ChecklistItem
from reports.api.calls import answer
from reports.api.described import described


class CampaignShape(serializers.Serializer):
    """A time-boxed action."""

    code = serializers.CharField()
    name = serializers.CharField()
    region = serializers.CharField(source="region_id")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    status = serializers.ChoiceField(choices=Campaign.Status.choices)


class RegionShape(serializers.Serializer):
    """A node of the GB/T 2260 tree."""

    code = serializers.CharField()
    name = serializers.CharField()
    level = serializers.CharField()
    parent = serializers.CharField(source="parent_id", allow_null=True)


class UnitShape(serializers.Serializer):
    """An office that works and reports."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    department = serializers.CharField(source="department_id")
    region = serializers.CharField(source="region_id")
    parent = serializers.IntegerField(source="parent_id", allow_null=True)


class DepartmentShape(serializers.Serializer):
    """A department of the government."""

    code = serializers.CharField()
    name = serializers.CharField()


class OfficerShape(serializers.Serializer):
    """A person with an account, as colleagues choose them."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="get_full_name")
    unit = serializers.IntegerField(source="unit_id", allow_null=True)
    role = serializers.CharField()
    is_certified = serializers.BooleanField()


class ItemShape(serializers.Serializer):
    """One point of a checklist."""

    checklist = serializers.CharField(source="version.checklist.code")
    version = serializers.IntegerField(source="version.number")
    code = serializers.CharField()
    section = serializers.CharField()
    text = serializers.CharField()
    severity = serializers.CharField()
    category = serializers.CharField()
    in_force_from = serializers.DateField(allow_null=True)
    in_force_to = serializers.DateField(allow_null=True)


def _campaigns(officer):
    return Campaign.objects.exclude(status=Campaign.Status.DRAFT)


REFERENCE = (
    ("campaigns", CampaignShape, "inspections.view_campaign", _campaigns),
    ("regions", RegionShape, "entities.view_region", lambda officer: Region.objects.all()),
    ("units", UnitShape, "entities.view_unit", lambda officer: Unit.objects.visible_to(officer)),
    ("departments", DepartmentShape, "entities.view_department", lambda officer: Department.objects.all()),
    ("officers", OfficerShape, "entities.view_officer", lambda officer: Officer.objects.visible_to(officer).active()),
    ("checklist-items", ItemShape, "inspections.view_checklistitem",
     lambda officer: ChecklistItem.objects.select_related("version__checklist")),
)  # fmt: skip


def _view(name, shape, right, rows):
    page = type(f"{shape.__name__}List", (serializers.Serializer,), {"results": shape(many=True)})

    class List(APIView):
        tag, operation_ids = "reference", {"get": name.replace("-", "_")}

        @described(summary=name.replace("-", " ").capitalize(), responses={200: page})
        def get(self, request):
            if not request.user.has_perm(right):
                raise PermissionDenied
            return answer({"results": shape(rows(request.user), many=True).data})

    return path(f"{name}/", List.as_view(), name=f"api_{name}")


REFERENCE_URLS = [_view(*declared) for declared in REFERENCE]
