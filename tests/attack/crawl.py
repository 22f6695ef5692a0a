"""A walk over every page that an officer reaches, and every form on it filled with naughty texts."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx

from tests.attack.strings import MARKERS, NAUGHTY

LEAVE = (
    "/logout/",
    "/me/password/",
    "/me/second-factor/",
    "/me/sessions/end/",
    "/admin/logout/",
    "/admin/password_change/",
)
PER_PATTERN = 3


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

    def __init__(self, client, *, most_pages=400, most_forms=150):
        self.client, self.most_pages, self.most_forms = client, most_pages, most_forms
        self.tried, self.found, self.seen = Counter(), [], Counter()

    def run(self):
        """Every page by its links, then every form with every naughty text in turn."""
        waiting, known, forms = ["/", "/dashboard/", "/ledgers/", "/reports/", "/admin/", "/me/"], set(), {}
        while waiting and self.tried["pages"] < self.most_pages:
            url = waiting.pop(0)
            pattern = pattern_of(url)
            if url in known or self.seen[pattern] >= PER_PATTERN or urlsplit(url).path.startswith(LEAVE):
                continue
            known.add(url)
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
        for form in list(forms.values())[: self.most_forms]:
            self._attack(form)

    def _get(self, url):
        try:
            answer = self.client.http.get(url, follow_redirects=True)
        except httpx.HTTPError as error:
            self.found.append(f"GET {url}: {error!r}")
            return None
        self._judge("GET", url, answer)
        return answer

    def _attack(self, form):
        self.tried["forms"] += 1
        for number in range(0, len(NAUGHTY), 6):
            texts = NAUGHTY[number : number + 6]
            values = dict(form.entries)
            for place, name in enumerate(form.typed or list(values)):
                if name != "csrfmiddlewaretoken":
                    values[name] = texts[place % len(texts)]
            self.tried["submissions"] += 1
            try:
                if form.method == "post":
                    token = self.client.http.cookies.get("csrftoken", "")
                    values["csrfmiddlewaretoken"] = token
                    answer = self.client.http.post(form.action, data=values, headers={"Referer": form.action})
                else:
                    answer = self.client.http.get(form.action, params=values)
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                self.found.append(f"{form.method} {form.action}: {error!r}")
                continue
            self._judge(form.method.upper(), form.action, answer, values)

    def _judge(self, method, url, answer, values=None):
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
