"""The smallest pieces of pages: what is typed by people stands in them as text."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import engines
from django.test.utils import override_settings
from django.utils.safestring import mark_safe
from django.utils.translation import override
from pytest_django.asserts import assertHTMLEqual

from entities.templatetags.components import attributes, badge, icon, ticks

NASTY = """<b title="x">&'"""
SAFE = "&lt;b title=&quot;x&quot;&gt;&amp;&#x27;"


def test_pieces_escape_what_they_are_given():
    assert badge("hazard", "open", NASTY) == f'<span class="badge badge-hazard-open">{SAFE}</span>'
    assert NASTY not in badge(NASTY, NASTY, "")


class Labelled:
    name = label = NASTY


def test_boxes_to_tick_escape_what_they_are_given():
    one, other = Labelled(), Labelled()
    assert NASTY not in ticks(NASTY, [one, other], [other])
    first, second = ticks("columns", [one, other], [other]).split("</label>")[:2]
    assert f'value="{SAFE}"> {SAFE}' in first and f'value="{SAFE}" checked> {SAFE}' in second


def test_attributes_are_those_of_the_package_and_escaped():
    attrs = {
        "id": "q",
        "required": True,
        "disabled": False,
        "title": NASTY,
        "data-n": 5,
        NASTY: "x",
        "safe": mark_safe("&amp;"),
    }
    written = engines["django"].from_string(
        "{% for name, value in attrs.items %}{% if value is not False %} {{ name }}{% if value is not True %}"
        """="{{ value|stringformat:'s' }}"{% endif %}{% endif %}{% endfor %}"""
    )
    assert NASTY not in attributes(attrs)
    assert attributes(attrs).replace("&quot;", "&#34;") == written.render({"attrs": attrs}).replace("&quot;", "&#34;")


def test_what_is_fixed_is_said_in_each_language_and_sees_nothing_of_the_page():
    page = engines["django"].from_string(
        '{% load i18n %}{% fixed %}{% translate "Search" %}[{{ name }}{{ request.path }}{{ csrf_token }}]{% endfixed %}{{ name }}'
    )
    for language, word in [("en", "Search"), ("zh-hans", "搜索"), ("en", "Search")]:
        for name in ("Wang", "Li"):
            with override(language):
                assert page.render({"name": name, "request": {"path": "/secret/"}}) == f"{word}[]{name}"


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
