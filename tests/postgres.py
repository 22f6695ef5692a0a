"""Run a command beside a PostgreSQL server of its own: `python -m tests.postgres COMMAND …`.

A fresh cluster from Debian's binaries, in a temporary folder, on a free port; stopped and removed afterwards.
The command finds it through DATABASE_URL, and its exit code is passed on.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ACCOUNT = "postgres"


def server_programs() -> Path:
    """The folder of the newest installed server's programs; exits with what to install when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        sys.exit("PostgreSQL is missing. Install it:  sudo apt-get install postgresql")
    return found[-1].parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run_beside_server(command: list[str], settings=()) -> int:
    """Start the server with those settings, run the command, stop the server; the command's exit code."""
    programs, port = server_programs(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    as_account = {}
    if os.getuid() == 0:  # initdb refuses root
        account = pwd.getpwnam(ACCOUNT)
        os.chown(folder, account.pw_uid, account.pw_gid)
        as_account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    data = folder / "data"

    def server(*words):
        subprocess.run(words, check=True, cwd=folder, stdout=subprocess.DEVNULL, **as_account)

    try:
        # C.UTF-8, because pg_trgm extracts no Chinese under C.
        server(programs / "initdb", "-D", data, "-U", ACCOUNT, "-A", "trust", "--locale=C.UTF-8", "--no-sync")
        # Nothing here outlives the run, so nothing needs to survive a crash.
        options = f"-p {port} -k {folder} -h 127.0.0.1 -F -c synchronous_commit=off -c full_page_writes=off"
        options += "".join(f" -c {setting}" for setting in settings)
        server(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            url = f"postgres://{ACCOUNT}@127.0.0.1:{port}/postgres"
            return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode
        finally:
            server(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(run_beside_server(sys.argv[1:]))
