"""What hangs on visits: interviews, seizures, tasks and photos."""

import hashlib
from datetime import timedelta
from io import BytesIO

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from inspections.models import (
    Evidence,
    Hazard,
    Inspection,
    Interview,
    InterviewedEntity,
    Rectification,
    SeizedItem,
    Seizure,
    Task,
)
from reports.scale.days import TODAY

PLACED = ["region_id", "unit_id", "created_at", "changed_at", "created_by_id", "changed_by_id"]
PHOTO = "evidence/scale-example.jpg"


class Further:
    """Writes them, each at a visit drawn by chance."""

    def __init__(self, visits, findings, campaign):
        self.visits, self.findings, self.campaign = visits, findings, campaign
        self.days, self.chance, self.size = visits.days, visits.chance, visits.places.size
        self.same = {"campaign_id": campaign.pk}

    def write(self, writer):
        self._write_interviews(writer)
        self._write_seizures(writer)
        self._write_tasks(writer)
        self._write_photos(writer)

    def _sample(self, count):
        return sorted(self.chance.sample(self.visits.counting, min(count, len(self.visits.counting))))

    def _placed(self, county, day, by, nth=41):
        at = self.days.moment(day, nth)
        return county.code, county.unit_id, at, at, by, by

    def _write_interviews(self, writer):
        """One entity is talked to in each session, in some of them two of the county."""
        first, sessions, present, seen = writer.next_pk(Interview), [], [], {}
        for pk, nth in enumerate(self._sample(self.size.interviews), start=first):
            day, entity, kind, county = self.visits.of(nth)
            placed = self._placed(county, day, county.manager_id)
            sessions.append((pk, county.number("约"), self.visits.first_pk + nth, day, *placed))
            present.append((pk, entity, kind, *placed))
            before = seen.get(county.code)
            if pk % 3 == 0 and before and before[0] != entity:
                present.append((pk, *before, *placed))
            seen[county.code] = entity, kind
        first_entity = self.visits.register.first_pk
        writer.write(
            Interview, ["id", "number", "inspection_id", "held_on", *PLACED], sessions, reason="督促落实主体责任（示例）",
            level="county", version=1, **self.same,
        )  # fmt: skip
        writer.write(
            InterviewedEntity, ["interview_id", "entity_id", "entity_kind", *PLACED],
            ((pk, first_entity + entity, *rest) for pk, entity, *rest in present), version=1, **self.same,
        )  # fmt: skip

    def _write_seizures(self, writer):
        first, rows, items = writer.next_pk(Seizure), [], []
        for pk, nth in enumerate(self._sample(self.size.seizures), start=first):
            day, entity, kind, county = self.visits.of(nth)
            placed = self._placed(county, day, self.visits.pair(nth)[0])
            rows.append(
                (
                    pk,
                    self.visits.register.first_pk + entity,
                    kind,
                    self.visits.first_pk + nth,
                    day,
                    county.number("扣"),
                    *placed,
                )
            )
            quantity = 1 + int(self.chance.random() * 9)
            released = quantity // 3 if pk % 2 else 0
            items.append(
                (
                    pk,
                    ["vehicle", "battery", "part"][pk % 3],
                    quantity,
                    released,
                    0 if pk % 5 else quantity - released,
                    *placed,
                )
            )
        names = ["id", "entity_id", "entity_kind", "inspection_id", "seized_on", "number", *PLACED]
        writer.write(
            Seizure, names, rows, reason="涉嫌非法改装（示例）", place_kept="示例仓库（示例）", version=1, **self.same
        )
        names = ["seizure_id", "kind", "quantity", "released", "confiscated", *PLACED]
        writer.write(SeizedItem, names, items, version=1, **self.same)

    def _write_tasks(self, writer):
        """Tasks done by a visit, to do at an entity in business, and to look again at a hazard."""
        visits, register, rows = self.visits, self.visits.register, []
        for nth in self._sample(self.size.tasks_done):
            day, entity, kind, county = visits.of(nth)
            due_on = day + timedelta(days=int(self.chance.random() * 12) - 2)
            rows.append(
                (register.first_pk + entity, kind, visits.pair(nth)[0], "inspect", due_on, None, day, visits.first_pk + nth,
                 *self._placed(county, max(self.days.all[0], day - timedelta(days=10)), county.manager_id, 3), county.manager_id, 2)
            )  # fmt: skip
        for _nth in range(self.size.tasks_to_do):
            entity = register.draw_open()[1]
            county = register.places.counties[register.county_of[entity]]
            officer = county.inspector_ids[entity % len(county.inspector_ids)]
            due_on = TODAY + timedelta(days=int(self.chance.random() * 40) - 15)
            rows.append(
                (register.first_pk + entity, register.kinds[entity], officer, "inspect", due_on, None, None, None,
                 *self._placed(county, TODAY - timedelta(days=20), county.manager_id, 3), county.manager_id, 1)
            )  # fmt: skip
        for hazard, entity, kind, county, day, officer in self.findings.pending:
            rows.append(
                (register.first_pk + entity, kind, officer, "reinspect", day + timedelta(days=7), hazard, None, None,
                 *self._placed(county, day, county.manager_id, 45), county.manager_id, 1)
            )  # fmt: skip
        names = [
            "entity_id",
            "entity_kind",
            "assignee_id",
            "purpose",
            "due_on",
            "hazard_id",
            "done_on",
            "inspection_id",
        ]
        writer.write(
            Task, [*names, *PLACED[:-1], "changed_by_id", "version"],
            ((*row[:13], row[14], row[15]) for row in rows), **self.same,
        )  # fmt: skip

    def _write_photos(self, writer):
        """A photo of each fifth visit, of each fourth hazard and of each second rectification: all of them one and the same file."""
        content, sha256 = _photo()
        if not default_storage.exists(PHOTO):
            default_storage.save(PHOTO, ContentFile(content))
        kinds = {model: ContentType.objects.get_for_model(model).pk for model in (Inspection, Hazard, Rectification)}

        def rows():
            for nth in self._sample(self.size.photos):
                day, _entity, _kind, county = self.visits.of(nth)
                placed = self._placed(county, day, self.visits.pair(nth)[0])
                yield kinds[Inspection], self.visits.first_pk + nth, placed[2], *placed
            for nth, attempt in enumerate(self.findings.attempts):
                region, unit, at, _changed_at, by = attempt[9:14]
                if nth % 2 == 0:
                    yield kinds[Rectification], attempt[0], at, region, unit, at, at, by, by
                if nth % 4 == 0:
                    yield kinds[Hazard], attempt[1], at, region, unit, at, at, by, by

        writer.write(
            Evidence, ["content_type_id", "object_id", "taken_at", *PLACED], rows(), file=PHOTO, thumbnail=PHOTO,
            original_name="示例照片.jpg", media_type="image/jpeg", size=len(content), sha256=sha256, original_sha256=sha256,
            caption="示例照片", version=1, **self.same,
        )  # fmt: skip


def _photo():
    """A small grey picture and its SHA-256."""
    written = BytesIO()
    Image.new("RGB", (320, 240), (150, 160, 170)).save(written, "JPEG")
    return written.getvalue(), hashlib.sha256(written.getvalue()).hexdigest()
