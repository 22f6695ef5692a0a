"""The API from Python's own library: log in, read figures and what is behind them, enter a lead, take a list out as a file.

python docs/api/client.py http://127.0.0.1:8000 clerk PASSWORD
"""

import json
import sys
import time
import urllib.error
import urllib.request
import uuid


class Campaign:
    """One signed-in caller."""

    def __init__(self, site, username, password):
        self.site, self.token = site.rstrip("/"), ""
        asked = {"username": username, "password": password, "name": "client.py", "days": 1}
        self.token = self.post("/api/v1/tokens/new/", asked | {"scopes": ["read", "write", "export"]})[0]["token"]

    def call(self, method, path, body=None, **headers):
        """(what was answered, its headers). Ends with the problem (RFC 9457) when it is refused."""
        address = path if path.startswith("http") else self.site + path
        headers = {name.replace("_", "-"): value for name, value in headers.items()} | {"Accept-Language": "en"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        if data:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(address, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                content = response.read()
                is_json = response.headers.get_content_type() == "application/json"
                return (json.loads(content) if is_json else content), response.headers
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.read().decode()}") from None

    def get(self, path):
        return self.call("GET", path)[0]

    def post(self, path, body, **headers):
        return self.call("POST", path, body, **headers)

    def every(self, path):
        """Every record of a list, page after page."""
        while path:
            page = self.get(path)
            yield from page["results"]
            path = page["next"]


def main(site, username, password, *more):
    campaign = Campaign(site, username, password)
    for figure in campaign.get("/api/v1/figures/?key=inspections&key=hazards_rectified")["figures"]:
        print(figure["key"], figure["value"])

    overdue = list(campaign.every("/api/v1/hazard/?overdue=1"))
    print("overdue hazards:", len(overdue))

    entity = campaign.get("/api/v1/entity/?size=1")["results"][0]
    day = campaign.get("/api/v1/campaigns/")["results"][-1]["starts_on"]
    lead = {"came_from": "complaint", "received_on": day, "text": "An example.", "entity": entity["id"]}
    # A key of our own: were the connection lost here, the same call could be sent again and would write nothing twice.
    entered, headers = campaign.post("/api/v1/lead/", lead, Idempotency_Key=str(uuid.uuid4()))
    print("entered lead", entered["id"], "version", headers["ETag"])

    # A change names the version that it changes: had somebody been faster, this would be answered 412.
    path = f"/api/v1/lead/{entered['id']}/"
    changed, _headers = campaign.call("PATCH", path, {"text": "An example, corrected."}, If_Match=headers["ETag"])
    print("changed to version", changed["version"])

    if "--no-export" in more:  # for a server without a worker
        return
    job, _headers = campaign.post("/api/v1/jobs/", {"ledger": "lead", "form": "csv"})
    while job["status"] in ("queued", "running"):
        time.sleep(0.5)
        job = campaign.get(f"/api/v1/jobs/{job['id']}/")
    print("export", job["status"])
    if job["has_file"]:
        print(len(campaign.get(f"/api/v1/jobs/{job['id']}/file/")), "bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
