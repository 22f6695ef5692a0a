"""Each naughty text and value into each entry of each writing operation of the API, one at a time, as many as the time allows."""

import json
import random
import time
import uuid
from collections import Counter
from itertools import product

import httpx

from tests.attack.strings import NAUGHTY, VALUES

# A log-in of its own, counted by address and account; it is attacked by `tests/entities/`.
LEFT_OUT = ("/api/v1/tokens/new/",)
SOUND = {"date": "2024-09-02", "date-time": "2024-09-02T10:00:00+08:00", "time": "10:00"}


def sound(schema):
    """A value as described, so that what is refused is refused for the naughty one beside it."""
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if "enum" in schema:
        return schema["enum"][-1]
    if kind == "object":
        return {name: sound(schema["properties"][name]) for name in schema.get("required", ())}
    if kind == "array":
        return [sound(schema["items"])] if schema.get("minItems") else []
    if schema.get("format") == "uuid":
        return str(uuid.uuid4())
    return {"integer": schema.get("minimum", 1), "number": 1, "boolean": False}.get(
        kind, SOUND.get(schema.get("format"), "x")
    )


class Fields:
    """The writing operations as described, attacked with one officer's token."""

    def __init__(self, address, token, schema):
        self.http = httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        self.operations = list(self._operations(schema))
        self.tried, self.found, self.keys = Counter(), [], {}

    @staticmethod
    def _operations(schema):
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                content = operation.get("requestBody", {}).get("content", {})
                if "application/json" in content and path not in LEFT_OUT:
                    yield method, path, content["application/json"]["schema"]

    def run(self, seconds):
        """In another order each time, so that further runs try what this one had no time for."""
        entries = [
            (method, path, schema, name) for method, path, schema in self.operations for name in schema["properties"]
        ]
        attempts = list(product(entries, [*NAUGHTY, *VALUES]))
        random.shuffle(attempts)
        until = time.monotonic() + seconds
        with self.http:
            for entry, value in attempts:
                if time.monotonic() > until:
                    break
                self._send(*entry, value)
        self.tried["entries"] = len(entries)

    def _send(self, method, path, schema, name, value):
        body = {} if method == "patch" else sound(schema)
        address, tag = self._record(path)
        try:
            answer = self.http.request(
                method, address, content=json.dumps(body | {name: value}).encode(),
                headers={"Content-Type": "application/json"} | ({"If-Match": tag} if tag else {}),
            )  # fmt: skip
        except httpx.HTTPError as error:
            self.found.append(f"{method.upper()} {path} {name}={value!r:.80}: {error!r}")
            return
        self.tried["calls"] += 1
        self.tried["written"] += answer.is_success
        if answer.is_success:
            self.keys.pop(path.partition("{")[0], None)  # it has another version now
        if answer.status_code >= 500 or answer.status_code == 401:
            self.found.append(f"{answer.status_code} {method.upper()} {path} {name}={value!r:.80}")

    def _record(self, path):
        """The address with the key of the first record that the officer sees there, and its version."""
        collection, placeholder, rest = path.partition("{id}")
        if not placeholder:
            return path, ""
        if collection not in self.keys:
            listed = self.http.get(collection)
            rows = listed.json().get("results", []) if listed.is_success else []
            key = rows[0]["id"] if rows else 1
            self.keys[collection] = key, self.http.get(f"{collection}{key}/").headers.get("ETag", "")
        key, tag = self.keys[collection]
        return f"{collection}{key}{rest}", tag
