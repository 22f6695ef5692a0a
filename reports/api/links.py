"""Links by which an entity answers without an account: its self-check, and how it put a hazard right."""

from django.core.exceptions import ValidationError
from django.urls import path
from rest_framework import serializers
from rest_framework.views import APIView

from entities.models import Entity, TokenScope
from inspections.models import Hazard
from inspections.posters import poster_document
from inspections.views.self_check import (
    MAY_ISSUE,
    poster_of,
    rectification_link_of,
    why_no_link,
    why_no_rectification_link,
)
from reports.api.calls import CAMPAIGN, answer, campaign_needed, need, one_of
from reports.api.described import OF_RECORD, OF_WRITING, described
from reports.api.papers import SERVED, file_answer


class LinkShape(serializers.Serializer):
    """A link, which opens one form to whoever has it; it is kept nowhere."""

    url = serializers.CharField()
    last_day = serializers.DateField()


def _poster(request, pk):
    """The poster of the entity, made now. Raises Http404 outside the scope, ValidationError where there can be no link."""
    need(request, MAY_ISSUE)
    entity = one_of(Entity.objects.visible_to(request.user).select_related("region", "merged_into"), pk)
    campaign = campaign_needed(request)
    if obstacle := why_no_link(entity, campaign, request.user):
        raise ValidationError(obstacle)
    return poster_of(request, entity, campaign)


class SelfCheckLink(APIView):
    tag, operation_ids = "entity", {"post": "entity_self_check_link"}

    @described(
        summary="Make a link to the entity's self-check", parameters=[CAMPAIGN], request=None,
        responses={200: LinkShape}, also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request, pk):
        poster = _poster(request, pk)
        return answer(LinkShape({"url": poster.url, "last_day": poster.last_day}).data)


class SelfCheckPoster(APIView):
    tag, operation_ids, needs = "entity", {"get": "entity_self_check_poster"}, TokenScope.EXPORT

    @described(
        summary="The poster with such a link, as Word", parameters=[CAMPAIGN], responses=SERVED,
        also=(OF_RECORD, {422: "There can be no link for it now."}),
    )  # fmt: skip
    def get(self, request, pk):
        poster = _poster(request, pk)
        return file_answer(poster_document(poster), poster.file_name)


class RectificationLink(APIView):
    tag, operation_ids = "hazard", {"post": "hazard_link"}

    @described(
        summary="Make a link by which the entity says how it put the hazard right", request=None,
        responses={200: LinkShape}, also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request, pk):
        need(request, MAY_ISSUE)
        hazard = one_of(Hazard.objects.visible_to(request.user).select_related("entity__region", "campaign"), pk)
        if obstacle := why_no_rectification_link(hazard, request.user):
            raise ValidationError(obstacle)
        url, last_day = rectification_link_of(request, hazard)
        return answer(LinkShape({"url": url, "last_day": last_day}).data)


LINK_URLS = [
    path("entity/<int:pk>/self-check-link/", SelfCheckLink.as_view(), name="api_self_check_link"),
    path("entity/<int:pk>/self-check-poster.docx", SelfCheckPoster.as_view(), name="api_self_check_poster"),
    path("hazard/<int:pk>/link/", RectificationLink.as_view(), name="api_rectification_link"),
]
