"""The files by which the processes of one server count together; what an ended process has counted goes into one for all of them.

Nothing of Django is needed here: gunicorn's master, which never loads the application, calls it.
"""

import fcntl
import logging
import struct
from contextlib import contextmanager
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

ADDED_UP = ("counter", "histogram", "summary")
logger = logging.getLogger(__name__)


@contextmanager
def locked(folder, *, alone):
    """Within it nobody folds files together; `alone` also keeps off whoever only reads them."""
    with (Path(folder) / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield


def fold(folder, pid):
    """Add what that ended process has counted to the others that have ended, and remove its files.

    A file that the process left half-written is lost, and told in the log: counting must not bring the master down.
    """
    folder = Path(folder)
    with locked(folder, alone=True):
        for kind in ADDED_UP:
            ended = folder / f"{kind}_{pid}.db"
            try:
                if ended.exists():
                    _add(ended, folder / f"{kind}_ended.db")
            except (OSError, RuntimeError, ValueError, struct.error):
                logger.exception("The metrics of an ended process can't be read.")
            ended.unlink(missing_ok=True)
        for gauge in folder.glob(f"gauge_*_{pid}.db"):
            gauge.unlink()


def _add(ended, total):
    values = list(MmapedDict.read_all_values_from_file(str(ended)))
    sums = MmapedDict(str(total))
    try:
        for key, value, at, _place in values:
            before, _at = sums.read_value(key)
            sums.write_value(key, before + value, at)
    finally:
        sums.close()
