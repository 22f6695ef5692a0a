"""What every operation of the API says of itself: its answers, its headers, its problems."""

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from reports.api.problems import PROBLEM


class Entry(serializers.Serializer):
    """One entry that was refused."""

    pointer = serializers.CharField(help_text="JSON pointer of the entry; empty for the whole.")
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """Problem details (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="In the caller's language (Accept-Language).")
    instance = serializers.CharField(required=False)
    errors = Entry(many=True, required=False)


ALWAYS = {
    400: "What was sent can't be read.",
    401: "Nobody is signed in, or the token is unknown, expired or revoked.",
    403: "The officer, or the token, may not do that.",
    406: "Only application/json is answered.",
    429: "Too many calls; Retry-After says when to go on.",
}
OF_RECORD = {404: "There is no such record, or it is outside the officer's scope."}
OF_WRITING = {
    409: "It was sent before with other content, or with this idempotency key.",
    412: "Somebody changed the record meanwhile: read it again.",
    413: "What was sent is too large.",
    415: "Another media type than described.",
    422: "A rule refuses it: `errors` says which entry and why. Nothing was written.",
}

IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=False,
    description="A text of your own, at most 80 letters: the same call is done once, and its answer given again for a week.",
)  # fmt: skip
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=False,
    description="The ETag under which the record was read; needed by PATCH (428 without it), and asked of everything else that has it.",
)  # fmt: skip


def problems(*more) -> dict:
    """The answers that say what is wrong, for `responses`."""
    told = dict(ALWAYS)
    for some in more:
        told |= some
    return {(code, PROBLEM): OpenApiResponse(Problem, description=words) for code, words in told.items()}


class Suggestion(serializers.Serializer):
    """An entity that a search may have meant."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    address = serializers.CharField()
    region = serializers.CharField(source="region_id", help_text="Its code.")


def page_of(shape, *, has_suggestions=False):
    """A page of a list of such records."""
    about = "Up to five entities in scope that `q` may have meant; empty where something is found."
    suggestions = {"suggestions": Suggestion(many=True, help_text=about)} if has_suggestions else {}
    return inline_serializer(
        f"{shape.__name__}Page",
        suggestions
        | {
            "count": serializers.IntegerField(
                help_text="How many there are, counted up to ten thousand, of records sought by a word to one thousand."
            ),
            "count_is_exact": serializers.BooleanField(),
            "next": serializers.CharField(allow_null=True, help_text="Address of the next page."),
            "previous": serializers.CharField(allow_null=True),
            "results": shape(many=True),
        },
    )


class Described(AutoSchema):
    """Operations are named by their view: tag, identifier and summary come from its declaration, not from its address."""

    def get_tags(self):
        return [getattr(self.view, "tag", "campaign")]

    def get_operation_id(self):
        own = getattr(self.view, "operation_ids", {}).get(self.method.lower())
        return own or super().get_operation_id()


def described(**kwargs):
    """`extend_schema` with the problems that every operation can answer."""
    responses, more = kwargs.pop("responses", {}), kwargs.pop("also", ())
    return extend_schema(responses=responses | problems(*more), **kwargs)
