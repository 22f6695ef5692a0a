"""Bulletins and monthly reports: begun from the figures, written, compared with the records, read, issued; as on their pages."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.views import APIView

from entities.models import TokenScope
from reports.api.calls import (
    CAMPAIGN,
    answer,
    campaign_needed,
    campaign_of,
    entries_of,
    etag_of,
    need,
    one_of,
    version_asked,
)
from reports.api.described import IDEMPOTENCY, IF_MATCH, OF_RECORD, OF_WRITING, described
from reports.api.entries import MOST_SAFE, as_described, schema_of
from reports.api.once import once
from reports.api.problems import Refused, VersionNeeded
from reports.bulletins.check import corrected, edited, findings
from reports.bulletins.facts import collected
from reports.bulletins.rules import proposed
from reports.models import Bulletin
from reports.views.bulletin import MOST_WORDS, BulletinForm, ReasonForm, TextForm, bulletin_word

MOST_SHOWN = 100
PROPOSED = {"region", "since", "until", "as_of"}


class BulletinShape(serializers.Serializer):
    """A bulletin or monthly report."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Bulletin.Kind.choices)
    number = serializers.IntegerField()
    campaign = serializers.CharField(source="campaign.code")
    region = serializers.CharField(source="region_id")
    of_unit = serializers.IntegerField(source="of_unit_id", allow_null=True)
    since = serializers.DateField()
    until = serializers.DateField()
    as_of = serializers.DateField()
    status = serializers.CharField(source="status_label", help_text="How far it has been read, in words.")
    is_open = serializers.BooleanField(help_text="Whether its text may be changed.")
    page = serializers.CharField(source="get_absolute_url")


class BulletinsShape(serializers.Serializer):
    """The bulletins of a campaign that the officer may see, the newest first."""

    results = BulletinShape(many=True)


class SectionShape(serializers.Serializer):
    """A section of the text: a line of `words` is a paragraph."""

    key = serializers.CharField()
    head = serializers.CharField(allow_blank=True)
    words = serializers.CharField(allow_blank=True)


class FindingShape(serializers.Serializer):
    """A number of the text that the records do not bear out."""

    section = serializers.CharField()
    index = serializers.IntegerField(help_text="Which number of its section, from 0.")
    written = serializers.CharField(source="number.text")
    figure = serializers.CharField(source="label", help_text="Empty for a number that no figure knows.")
    now = serializers.CharField(help_text="What the records say; empty where they say nothing.")


class FullBulletinShape(BulletinShape):
    """A bulletin with its text as it stands, and what the records of the day it was written say against it."""

    version = serializers.IntegerField(source="current.number", help_text="Of the text.")
    title = serializers.CharField(source="current.text.title")
    sections = SectionShape(source="current.text.sections", many=True)
    findings = FindingShape(many=True)


class VersionShape(serializers.Serializer):
    """A version of the text."""

    number = serializers.IntegerField()
    note = serializers.CharField()
    by = serializers.IntegerField(source="by_id")
    at = serializers.DateTimeField()
    title = serializers.CharField(source="text.title")
    sections = SectionShape(source="text.sections", many=True)


class VersionsShape(serializers.Serializer):
    """Every version, the last first."""

    results = VersionShape(many=True)


def _object(properties, required=()):
    told = {"type": "object", "additionalProperties": False, "properties": properties}
    return told | ({"required": list(required)} if required else {})


NEW = schema_of(BulletinForm)
NEW["required"] = [name for name in NEW["required"] if name not in PROPOSED]
TEXT = _object({
    "title": {"type": "string", "minLength": 1, "maxLength": 200},
    "sections": {
        "type": "object", "additionalProperties": {"type": "string", "maxLength": MOST_WORDS},
        "description": "By the keys of the sections; one that is left out stays.",
    },
})  # fmt: skip
SEND = _object({"confirmed": {"type": "boolean", "description": "The numbers named by `findings` are meant so."}})
NUMBER = _object({
    "section": {"type": "string", "minLength": 1, "maxLength": 40}, "index": {"type": "integer", "minimum": 0, "maximum": MOST_WORDS},
})  # fmt: skip
RESTORE = _object({"number": {"type": "integer", "minimum": 1, "maximum": MOST_SAFE}}, ["number"])
NOTHING = _object({})


class BulletinView(APIView):
    """What every operation on bulletins shares."""

    tag = "bulletins"

    def rows(self):
        rows = Bulletin.objects.visible_to(self.request.user)
        return rows.select_related("campaign", "region", "unit", "of_unit", "event", "created_by")

    def told(self, found, *, status=200, **headers):
        found = Bulletin._base_manager.select_related("campaign", "event").get(pk=found.pk)
        found.findings = findings(found.current.text, found.current.figures)
        return answer(FullBulletinShape(found).data, status=status, ETag=etag_of(found), **headers)


class Bulletins(BulletinView):
    operation_ids = {"get": "bulletin_list", "post": "bulletin_new"}

    @described(
        summary="Bulletins of a campaign", parameters=[CAMPAIGN], responses={200: BulletinsShape}, also=(OF_RECORD,)
    )
    def get(self, request):
        need(request, "reports.view_bulletin")
        found = self.rows().of_campaign(campaign_of(request))[:MOST_SHOWN]
        return answer({"results": BulletinShape(found, many=True).data})

    @described(
        summary="Begin a bulletin: its text is proposed from the figures", parameters=[CAMPAIGN, IDEMPOTENCY],
        request={"application/json": NEW}, responses={201: FullBulletinShape}, also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request):
        need(request, "reports.add_bulletin")
        return once(request, lambda: self._begin(request, campaign_needed(request)))

    def _begin(self, request, campaign):
        sent = entries_of(request, BulletinForm)
        for name, value in BulletinForm(by=request.user, campaign=campaign).initial.items():
            if name in PROPOSED:
                sent.setdefault(name, value)
        form = BulletinForm(sent, by=request.user, campaign=campaign)
        if not form.is_valid():
            raise Refused.by(form)
        begun = Bulletin(campaign=campaign, **form.cleaned_data)
        if not form.applies(begun.begin, by=request.user, facts_of=collected, propose=proposed):
            raise Refused.by(form)
        return self.told(begun, status=201, Location=f"{request.path}{begun.pk}/")


class OneBulletin(BulletinView):
    operation_ids = {"get": "bulletin_read", "patch": "bulletin_write"}

    @described(summary="A bulletin with its text", responses={200: FullBulletinShape}, also=(OF_RECORD,))
    def get(self, request, pk):
        need(request, "reports.view_bulletin")
        return self.told(one_of(self.rows(), pk))

    @described(
        summary="Change the text: what is sent is kept as a new version", parameters=[IDEMPOTENCY],
        request={"application/json": TEXT}, responses={200: FullBulletinShape},
        also=(OF_WRITING, OF_RECORD, {428: "If-Match is missing."}),
    )  # fmt: skip
    def patch(self, request, pk):
        need(request, "reports.change_bulletin")
        seen = version_asked(request)
        if seen is None:
            raise VersionNeeded(_("Say by If-Match which version you change: the ETag under which you read it."))
        found, asked = one_of(self.rows(), pk), as_described(request.data, TEXT)

        def act():
            text, words = found.current.text, asked.get("sections", {})
            stays = {section["key"]: section["words"] for section in text["sections"]}
            if set(words) - set(stays):
                raise ValidationError({"sections": _("There is no such entry.")})
            sent = {"title": asked.get("title", text["title"]), "version": seen} | stays | words
            form = TextForm(sent, record=found, text=text)
            if not form.is_valid():
                raise Refused.by(form)
            changed = edited(text, form.cleaned_data["title"], form.words())
            if not form.applies(found.write, by=request.user, text=changed, figures=collected(found)):
                raise Refused.by(form)
            return self.told(found)

        return once(request, act)


class BulletinDeed(BulletinView):
    """One thing that is done with a bulletin: `right` is what it needs, `body` what is sent."""

    right, body = "reports.change_bulletin", NOTHING

    def post(self, request, pk):
        need(request, self.right)
        found, asked = one_of(self.rows(), pk), as_described(request.data, self.body)

        def act():
            self.do(found, asked, {"by": request.user, "seen": version_asked(request)})
            return self.told(found)

        return once(request, act)


class Send(BulletinDeed):
    """To its first reader."""

    body = SEND

    def do(self, found, asked, who):
        current = found.current
        if findings(current.text, collected(found)) and not asked.get("confirmed"):
            raise ValidationError(_("Confirm that the numbers below are meant so, or correct them first."))
        found.send(title=current.text["title"], **who)


class Correct(BulletinDeed):
    """What the figures say now, for one number or for all."""

    body = NUMBER

    def do(self, found, asked, who):
        if ("section" in asked) != ("index" in asked):
            raise ValidationError(_("One number is named by its section and its index, all of them by neither."))
        figures, one = collected(found), (asked["section"], asked["index"]) if asked else ()
        text = corrected(found.current.text, figures, *one)
        found.write(text=text, figures=figures, note=_("numbers renewed"), **who)


class Propose(BulletinDeed):
    """The whole text from the figures again."""

    def do(self, found, asked, who):
        figures = collected(found)
        found.write(text=proposed(found, figures), figures=figures, note=_("proposed from the figures"), **who)


class Restore(BulletinDeed):
    """An earlier version's text as the newest."""

    body = RESTORE

    def do(self, found, asked, who):
        earlier = found.versions.filter(number=asked["number"]).first()
        if earlier is None:
            raise ValidationError({"number": _("There is no such version.")})
        note = _("version %(number)d again") % {"number": earlier.number}
        found.write(text=earlier.text, figures=collected(found), note=note, **who)


class PassOn(BulletinDeed):
    """Read, and given to the next reader."""

    right = "reports.review_bulletin"

    def do(self, found, asked, who):
        found.pass_on(**who)


class SendBack(BulletinDeed):
    """Back to its author."""

    right, body = "reports.review_bulletin", schema_of(ReasonForm)

    def do(self, found, asked, who):
        found.send_back(reason=asked["reason"], **who)


class Versions(BulletinView):
    operation_ids = {"get": "bulletin_versions"}

    @described(summary="Every version of the text", responses={200: VersionsShape}, also=(OF_RECORD,))
    def get(self, request, pk):
        need(request, "reports.view_bulletin")
        found = one_of(self.rows(), pk)
        return answer({"results": VersionShape(found.versions.all()[:MOST_SHOWN], many=True).data})


class Word(BulletinView):
    operation_ids, needs = {"get": "bulletin_word"}, TokenScope.EXPORT

    @described(
        summary="The current version as Word", also=(OF_RECORD,),
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )  # fmt: skip
    def get(self, request, pk):
        need(request, "reports.view_bulletin")
        if not request.user.has_perm("inspections.export_scope"):
            raise PermissionDenied
        one_of(self.rows(), pk)
        # The page's own view makes it: the same paper.
        served = bulletin_word(request._request, pk=pk)
        served["Content-Type"] = "application/octet-stream"
        return served


DEEDS = {
    "send": (Send, "Send it to its first reader"), "correct": (Correct, "Put in what the figures say now"),
    "propose": (Propose, "Propose the whole text again"), "restore": (Restore, "Take up an earlier version's text"),
    "pass_on": (PassOn, "Give it to the next reader; after the last it is issued"),
    "send_back": (SendBack, "Send it back to its author"),
}  # fmt: skip


def _deed(name, base, summary):
    view = type(base.__name__, (base,), {"operation_ids": {"post": f"bulletin_{name}"}})
    view = described(
        methods=["POST"], summary=summary, parameters=[IDEMPOTENCY, IF_MATCH], request={"application/json": base.body},
        responses={200: FullBulletinShape}, also=(OF_WRITING, OF_RECORD),
    )(view)  # fmt: skip
    return path(f"bulletins/<int:pk>/{name}/", view.as_view(), name=f"api_bulletin_{name}")


BULLETIN_URLS = [
    path("bulletins/", Bulletins.as_view(), name="api_bulletins"),
    path("bulletins/<int:pk>/", OneBulletin.as_view(), name="api_bulletin"),
    path("bulletins/<int:pk>/versions/", Versions.as_view(), name="api_bulletin_versions"),
    path("bulletins/<int:pk>/bulletin.docx", Word.as_view(), name="api_bulletin_word"),
    *(_deed(name, *declared) for name, declared in DEEDS.items()),
]
