"""A walk over every page that an officer reaches, and every form on it filled with naughty texts."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import product
from urllib.parse import urljoin, urlsplit

import httpx

from tests.attack.found import Part
from tests.attack.strings import MARKERS, NAUGHTY
from tests.faults.client import Client

LEAVE = (
    "/logout/",
    "/me/password/",
    "/me/second-factor/",
    "/me/sessions/end/",
    "/admin/logout/",
    "/admin/password_change/",
)
PER_PATTERN = 3
# In one of so many submissions every entry is naughty, also the hidden ones and the choices; in the others what is typed.
TAMPER_EVERY = 4
# Of its time, what the walk over the pages may take; the rest is for their forms.
WALK = 0.4


@dataclass
class Form:
    """A form of a page: where it goes, how, and its entries with the values that they have."""

    action: str
    method: str
    entries: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, address, text):
        super().__init__()
        self.address, self.links, self.forms, self._select = address, [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "a" and told.get("href"):
            self.links.append(urljoin(self.address, told["href"]))
        elif tag == "form":
            self.forms.append(
                Form(urljoin(self.address, told.get("action") or self.address), told.get("method", "get").lower())
            )
        elif self.forms and tag in ("input", "textarea", "select", "button") and told.get("name"):
            self._entry(tag, told)
        elif (
            tag == "option"
            and self._select
            and (told.get("selected") is not None or not self.forms[-1].entries[self._select])
        ):
            self.forms[-1].entries[self._select] = told.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None

    def _entry(self, tag, told):
        form, name, kind = self.forms[-1], told["name"], told.get("type", "text")
        if kind in ("checkbox", "radio") and "checked" not in told and name in form.entries:
            return
        if kind == "file":
            return
        form.entries[name] = told.get("value") or ""
        self._select = name if tag == "select" else None
        if tag == "textarea" or (tag == "input" and kind not in ("hidden", "checkbox", "radio", "submit", "button")):
            form.typed.append(name)


def pattern_of(url) -> str:
    """The address with its numbers taken out: pages of the same kind."""
    parts = urlsplit(url)
    path = "/".join("#" if part.isdigit() else part for part in parts.path.split("/"))
    return path + ("?" if parts.query else "")


class Crawl:
    """What was tried and what was found, as one officer."""

    def __init__(self, address, username, *, most_pages=400):
        self.client, self.most_pages = Client(address, username), most_pages
        self.tried, self.found, self.seen, self.one_of_each = Counter(), [], Counter(), []

    def attack(self, role, seconds) -> Part:
        """Sign in, walk and fill in for so long; what it comes to, for the report."""
        with self.client:
            self.client.sign_in()
            self._run(seconds)
        counts = self.tried
        tried = f"{counts['pages']} pages, {counts['forms']} kinds of forms, {counts['submissions']:,} submissions"
        tried += f", {counts['signed out']} of them signed out" if counts["signed out"] else ""
        return Part(f"Pages as {role}, naughty texts in every entry of the forms", tried, self.found)

    def _run(self, seconds):
        """Every page by its links, then the forms in any order, each time with other naughty texts in their entries."""
        began = time.monotonic()
        until, forms = began + seconds, self._walk(began + seconds * WALK)
        self.tried["forms"] = len(forms)
        attempts = list(product(forms, range(len(NAUGHTY))))
        random.shuffle(attempts)
        for form, number in attempts:
            if time.monotonic() > until:
                break
            self._attack(form, number)

    def _walk(self, until):
        """The forms of every page that is reached by links in that time, one of each kind."""
        waiting, known, forms = ["/", "/dashboard/", "/ledgers/", "/reports/", "/admin/", "/me/"], set(), {}
        while waiting and self.tried["pages"] < self.most_pages and time.monotonic() < until:
            url = waiting.pop(0)
            pattern = pattern_of(url)
            if url in known or self.seen[pattern] >= PER_PATTERN or urlsplit(url).path.startswith(LEAVE):
                continue
            known.add(url)
            if not self.seen[pattern]:
                self.one_of_each.append(urljoin(str(self.client.http.base_url), url))
            self.seen[pattern] += 1
            answer = self._get(url)
            self.tried["pages"] += 1
            if answer is None or "html" not in answer.headers.get("content-type", ""):
                continue
            page = Page(str(answer.url), answer.text)
            ours = str(self.client.http.base_url).rstrip("/")
            waiting += [link.split("#")[0] for link in page.links if link.startswith(ours)]
            for form in page.forms:
                if not urlsplit(form.action).path.startswith(LEAVE) and form.action.startswith(ours):
                    forms.setdefault((form.method, pattern_of(form.action), tuple(sorted(form.entries))), form)
        return list(forms.values())

    def _get(self, url):
        try:
            answer = self.client.http.get(url, follow_redirects=True)
        except httpx.HTTPError as error:
            self.found.append(f"GET {url}: {error!r}")
            return None
        self._judge("GET", url, answer)
        return answer

    def _attack(self, form, number):
        values, tampers = dict(form.entries), number % TAMPER_EVERY == TAMPER_EVERY - 1
        for place, name in enumerate(values if tampers or not form.typed else form.typed):
            if name != "csrfmiddlewaretoken":
                values[name] = NAUGHTY[(number + place) % len(NAUGHTY)]
        self.tried["submissions"] += 1
        try:
            if form.method == "post":
                values["csrfmiddlewaretoken"] = self.client.http.cookies.get("csrftoken", "")
                answer = self.client.http.post(form.action, data=values, headers={"Referer": form.action})
            else:
                answer = self.client.http.get(form.action, params=values)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            self.found.append(f"{form.method} {form.action}: {error!r}")
            return
        self._judge(form.method.upper(), form.action, answer, values)

    def _judge(self, method, url, answer, values=None):
        if answer.url.path == "/login/" or answer.headers.get("location", "").startswith("/login/"):
            self.tried["signed out"] += 1
        if answer.status_code >= 500:
            self.found.append(f"{answer.status_code} {method} {url} {values or ''}"[:600])
        if "x-request-id" not in answer.headers:
            # An address or a header that is too long: gunicorn refuses it before it reaches the application.
            self.tried["refused at the door"] += 1
            return
        is_page = "html" in answer.headers.get("content-type", "")
        if is_page and any(marker in answer.text for marker in MARKERS):
            self.found.append(f"unescaped {method} {url} {values or ''}"[:600])
        if is_page and "content-security-policy" not in answer.headers:
            self.found.append(f"no content policy {answer.status_code} {method} {url.partition('#')[0]}")
