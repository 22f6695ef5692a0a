"""Work that a test can look at while it is done, in a worker process of its own."""

import time
from pathlib import Path

from django.apps import AppConfig


def write_slowly(progress):
    """Write half of a file, leave a sign, and go on only when the test says so."""
    with progress.write("rows.csv") as path:
        path.write_text("half of it\n")
        Path(progress.parameters["begun"]).write_text(str(path))
        go_on = Path(progress.parameters["go_on"])
        while not go_on.exists():
            progress.at(1, 2)
            time.sleep(0.05)
        path.write_text("all of it\n")


def import_slowly(progress):
    """Import a list, and stop before its last row until the test says so."""
    from reports.imports.apply import apply
    from reports.models import Import

    def told(done, total):
        progress.at(done, total)
        if done == total:
            Path(progress.parameters["begun"]).write_text("all but the last step")
            while not Path(progress.parameters["go_on"]).exists():
                time.sleep(0.05)

    apply(Import.objects.get(), by=progress.officer, told=told, confirm=progress.confirm)


class SlowWork(AppConfig):
    name = "tests.slow_work"

    def ready(self):
        from reports.jobs import Work, declare_work

        declare_work(Work("slow_work", "slow work", "inspections.view_inspection", write_slowly))
        declare_work(Work("slow_import", "slow import", "reports.add_import", import_slowly))
