"""How the body of a call is read."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from entities.outside import refuse_depth


class BoundedJSONParser(JSONParser):
    """JSON that is not nested deeper than anything that the API takes."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            told = super().parse(stream, media_type, parser_context)
            refuse_depth(told)
        except (RecursionError, ValueError):
            raise ParseError(_("This JSON is nested too deeply.")) from None
        return told
