"""Officers who go on sending visits, each until it is acknowledged, while something is killed under them."""

import threading

from tests.faults.sheets import officers_of, visit_sheet

CODES = ("XS-02", "XS-03")


class Traffic:
    """Several threads of visits; `taken` holds what the server acknowledged: {client UUID: answer}."""

    def __init__(self, system, *, people=4):
        self.system, self.officers = system, officers_of(system)
        rows = system.rows("SELECT id FROM entities_entity WHERE name LIKE '零陵车行%' ORDER BY id")
        self.shops = [row["id"] for row in rows]
        # Signed in beforehand: a session is a record, too, and must outlive what is killed.
        self.clients = [system.client("inspector").sign_in() for _number in range(people)]
        self.taken, self.sheets, self.again, self.trouble = {}, {}, 0, []
        self._over, self._lock = threading.Event(), threading.Lock()
        self._threads = [
            threading.Thread(target=self._send, args=pair, daemon=True) for pair in enumerate(self.clients)
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._over.set()
        for thread in self._threads:
            thread.join(90)
        for client in self.clients:
            client.http.close()
        if self.trouble and not error[0]:
            raise ExceptionGroup("Not every visit was taken", self.trouble)

    def _send(self, number, client):
        nth = number
        while not self._over.is_set():
            sheet = visit_sheet(self.officers, failed=CODES[: nth % 3])
            nth += 1
            with self._lock:
                self.sheets[sheet["client_uuid"]] = sheet
            try:
                path = f"/entities/{self.shops[nth % len(self.shops)]}/inspect/"
                answer = client.send_until_taken(path, sheet)
                assert answer.status_code in (200, 201), answer.text[:500]
            except Exception as error:
                self.trouble.append(error)
                return
            with self._lock:
                self.taken[sheet["client_uuid"]] = answer.json()["location"]
                self.again += client.tries > 1

    def goes_on(self, count=3):
        """A check that so many more visits have been taken since now."""
        since = len(self.taken)
        return lambda: len(self.taken) >= since + count or self.trouble

    def found(self) -> dict[str, tuple]:
        """What the database holds of the visits that were sent: {client UUID: (address, hazards, officers)}."""
        rows = self.system.rows(
            "SELECT i.client_uuid::text AS uuid, i.id, (SELECT count(*) FROM inspections_hazard h WHERE"
            " h.inspection_id = i.id) AS hazards, (SELECT count(*) FROM inspections_inspection_officers o WHERE"
            " o.inspection_id = i.id) AS officers FROM inspections_inspection i"
            " WHERE i.client_uuid::text = ANY(%s) AND i.status = 'submitted'",
            list(self.sheets),
        )
        found = {row["uuid"]: (f"/inspections/{row['id']}/", row["hazards"], row["officers"]) for row in rows}
        assert len(found) == len(rows)
        return found

    def sent(self) -> dict[str, tuple]:
        """The same as the officers know it."""
        return {
            uuid: (location, sum(name.startswith("answer-") for name in self.sheets[uuid]), 2)
            for uuid, location in self.taken.items()
        }
