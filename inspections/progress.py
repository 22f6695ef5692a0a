"""How far the tasks have come: by place, step by step down a large area, and by officer."""

from django.db.models import Count, Q

from entities.models import Officer, Region
from entities.today import today

MOST_PLACES = 60  # more are told by the areas that hold them, and their officers below these
COUNTED = ("total", "done", "overdue")


def counted_by(tasks, field) -> dict:
    """Of each value of the field how many of the tasks stand, are done and are overdue. One query."""
    counts = {
        "total": Count("pk"),
        "done": Count("pk", filter=Q(done_on__isnull=False)),
        "overdue": Count("pk", filter=Q(done_on=None, due_on__lt=today())),
    }
    return {row.pop(field): row for row in tasks.standing().gathered().order_by().values(field).annotate(**counts)}


class Progress:
    """The tasks of each region that has some, or, of very many, of each area that lies in the place; and of the place's officers.

    Four queries at most, and one for each step down to the first place that tells areas apart.
    """

    def __init__(self, tasks, place):
        self.tasks, self.place = tasks, place
        self._regions = counted_by(tasks, "region")
        self.is_large = len(self._regions) > MOST_PLACES
        self.places = self._areas() if self.is_large else self._each()

    def _each(self):
        regions = Region.objects.filter(pk__in=self._regions).order_by("code")
        return [(region, self._regions[region.pk]) for region in regions]

    def _areas(self):
        """The areas right inside the place, and the place itself for what lies in none of them."""
        while True:
            areas = {region.code: region for region in Region.objects.filter(parent=self.place).order_by("code")}
            found = {}
            for code, row in self._regions.items():
                area = next((code[:end] for end in range(len(code), 0, -1) if code[:end] in areas), self.place.code)
                sums = found.setdefault(area, dict.fromkeys(COUNTED, 0))
                for number in COUNTED:
                    sums[number] += row[number]
            if len(found) > 1 or self.place.code in found:
                return [
                    (region, found[code])
                    for code, region in ({self.place.code: self.place} | areas).items()
                    if code in found
                ]
            self.place = areas[next(iter(found))]

    def leads_down(self, place) -> bool:
        """Whether the numbers of a place are those of everything in it, which its own page tells apart."""
        return self.is_large and place != self.place

    @property
    def officers(self):
        """Each officer of a place that is not large, and their numbers."""
        if self.is_large:
            return []
        rows = counted_by(self.tasks, "assignee")
        return [(officer, rows[officer.pk]) for officer in Officer.objects.filter(pk__in=rows).select_related("unit")]
