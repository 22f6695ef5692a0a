"""The smallest pieces of pages: what is typed by people stands in them as text."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.utils import override_settings
from pytest_django.asserts import assertHTMLEqual

from entities.templatetags.components import badge, icon

NASTY = """<b title="x">&'"""
SAFE = "&lt;b title=&quot;x&quot;&gt;&amp;&#x27;"


def test_pieces_escape_what_they_are_given():
    assert badge("hazard", "open", NASTY) == f'<span class="badge badge-hazard-open">{SAFE}</span>'
    assert NASTY not in badge(NASTY, NASTY, "")


@override_settings(STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}})
def test_an_icon_is_one_of_the_sprite():
    assert '<use href="/static/icons/sprite.svg#shop">' in icon("shop")
    assert NASTY not in icon(NASTY)


class Marked(forms.Select):
    """A choice that says more about its options, and that lets some not be chosen."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"] |= {"data-note": NASTY, "disabled": value == 1, "hidden": False}
        return option


@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple, Marked])
@pytest.mark.parametrize("value", ["", 1, NASTY, None])
def test_options_are_written_as_django_writes_them(widget, value):
    choices = [("", "---"), (1, "one"), (NASTY, NASTY), (None, "none"), (NASTY, [(2, "two"), (True, "yes")])]
    asked = [value] if widget is forms.SelectMultiple else value
    ours = widget(choices=choices).render("kind", asked, attrs={"required": True, "class": NASTY})
    theirs = widget(choices=choices).render("kind", asked, {"required": True, "class": NASTY}, DjangoTemplates())
    assert "<option" in ours
    assertHTMLEqual(ours, theirs)
