"""Coverage-guided mutations (atheris) of what one reader takes: `python -m tests.attack.fuzz READER SECONDS FOLDER`, a process each.

Code in Python, ours and that of Pillow and openpyxl, is watched for new branches; codecs, libheif and calamine just run.
Written to the folder: `found`, a line for each kind and place of an error, and the inputs that led there.
"""

import os
import sys
import traceback
from pathlib import Path

import atheris

import tests.environment  # noqa: F401 — nothing of the developer's own `.env` counts

os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.faults.settings", "DATABASE_URL": "sqlite://:memory:"}
WATCHED = ["inspections", "reports", "entities", "openpyxl", "PIL"]
LONGEST = 16384
ROOT = Path(__file__).resolve().parents[2]

with atheris.instrument_imports(include=WATCHED):
    import django

    django.setup()
    from tests.attack.readers import READERS, City

from django.core.exceptions import ValidationError  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from tests.attack.limits import MOST_MEGABYTES, SECONDS_EACH  # noqa: E402


def built_city() -> City:
    """The small city in a database in memory."""
    from django.test import Client

    from entities.models import ApiToken
    from tests.world import build_world, read_world

    call_command("migrate", run_syncdb=True, verbosity=0)
    build_world()
    world = read_world()
    _token, text = ApiToken.issue(world.inspector, name="fuzz", scopes=["read", "write"], days=1)
    return City(world, Client(headers={"Authorization": f"Bearer {text}"}))


def place(error) -> str:
    """The last line of the product on the way to an error."""
    ours = [at for at in traceback.extract_tb(error.__traceback__) if Path(at.filename).is_relative_to(ROOT)]
    product = [at for at in ours if not Path(at.filename).is_relative_to(ROOT / "tests") and ".venv" not in at.filename]
    last = (product or ours)[-1]
    return f"{Path(last.filename).relative_to(ROOT)}:{last.lineno}"


class Judge:
    """Reads each input and goes on after a finding, which is noted once."""

    def __init__(self, read, folder):
        self.read, self.folder, self.noted = read, folder, set()

    def __call__(self, data):
        try:
            self.read(data)
        except ValidationError:
            pass
        except Exception as error:
            self._note(f"{type(error).__name__} at {place(error)}", str(error), data)

    def _note(self, kind, said, data):
        if kind in self.noted:
            return
        self.noted.add(kind)
        (self.folder / f"input-{len(self.noted)}").write_bytes(data)
        with (self.folder / "found").open("a") as found:
            found.write(f"{kind}: {' '.join(said.split())[:160]}\n")


def undone(read, city):
    """Reading in the city leaves nothing behind."""

    def one(data):
        with transaction.atomic():
            try:
                read(data, city)
            finally:
                transaction.set_rollback(True)

    return one


def main(name, seconds, folder):
    (reader,) = [one for one in READERS if one.name == name]
    read, seeds, folder = reader.read, reader.seeds, Path(folder)
    if reader.needs_city:
        city = built_city()
        read, made = undone(read, city), seeds(city)
    else:
        made = seeds()
    corpus = folder / "seeds"
    corpus.mkdir()
    for number, seed in enumerate(made):
        (corpus / str(number)).write_bytes(seed)
    words = [
        f"-max_total_time={seconds}", f"-timeout={SECONDS_EACH}", f"-rss_limit_mb={MOST_MEGABYTES}", f"-max_len={LONGEST}",
        f"-artifact_prefix={folder}/", "-print_final_stats=1", "-verbosity=0", str(corpus),
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *words], Judge(read, folder))
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
