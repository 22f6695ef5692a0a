"""The way from a list to the import of such a list."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from reports.imports.nouns import NOUNS

register = template.Library()


@register.simple_tag(takes_context=True)
def import_here(context, kind):
    """A button to the import of records of that kind, by the name of their model; nothing for who may not write them by a list."""
    officer = context["request"].user
    for noun in NOUNS.values():
        if noun.model._meta.model_name == kind and noun.permits(officer):
            address = f"{reverse('import_list')}?{urlencode({'kind': noun.sheet.name})}"
            return format_html('<a class="button" href="{}">{}</a>', address, gettext("Import"))
    return ""
