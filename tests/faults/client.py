"""A signed-in person at the other end of HTTP, who sends again until the server has answered."""

import re
import time

import httpx

from tests.world import PASSWORD

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
VERSION = re.compile(r'<input type="hidden" name="version"(?: value="(\d*)")?')


class Client:
    """One officer with a session; messages are in English."""

    def __init__(self, address, username, *, password=PASSWORD, language="en", transport=None):
        # A connection for each request: one kept open may be closed by the server at the moment in which a form is sent on it.
        fresh = httpx.Limits(max_keepalive_connections=0)
        cookies = {"django_language": language}
        self.http = httpx.Client(base_url=address, timeout=30, cookies=cookies, limits=fresh, transport=transport)
        self.username, self.password = username, password

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.http.close()

    def sign_in(self):
        """Sign in with the form, as people do."""
        page = self.http.get("/login/")
        token = TOKEN.search(page.text)[1]
        values = {"csrfmiddlewaretoken": token, "username": self.username, "password": self.password}
        answer = self.http.post("/login/", data=values, headers={"Referer": str(self.http.base_url)})
        assert answer.status_code == 302, answer.text[:2000]
        return self

    def get(self, path, **headers) -> httpx.Response:
        return self.http.get(path, headers=headers)

    def post(self, path, values, *, files=None, **headers) -> httpx.Response:
        """Send a form once; the token is that of the cookie."""
        token = self.http.cookies.get("csrftoken", "")
        headers = {"X-CSRFToken": token, "Referer": str(self.http.base_url)} | headers
        return self.http.post(path, data=values, files=files, headers=headers)

    def version_on(self, path) -> str:
        """The version of the record that the page of a form carries."""
        found = VERSION.search(self.get(path).text)
        return (found[1] or "") if found else ""

    def script(self, path, values, *, files=None) -> httpx.Response:
        """Send a form as the page's own script does, which gets JSON."""
        return self.post(path, values, files=files, **{"X-Requested-With": "fetch"})

    def send_until_taken(self, path, values, *, files=None, seconds=60):
        """Send the same form, as the outbox of a phone does, until the server has said that it has it. Returns the answer.

        A connection that breaks and a server in trouble are no answer; a refusal is one. Lists how often it was sent in `tries`.
        """
        until, self.tries = time.monotonic() + seconds, 0
        while True:
            self.tries += 1
            try:
                answer = self.script(path, values, files=files)
                if answer.status_code < 500 and answer.status_code != 429:
                    return answer
                said = f"{answer.status_code}: {answer.text[:500]}"
            except httpx.TransportError as error:
                said = repr(error)
            assert time.monotonic() < until, f"Not taken within {seconds} seconds; the last answer was {said}"
            time.sleep(0.2)
