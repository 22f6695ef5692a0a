"""One cluster with the filled database for all of these tests; a fresh copy of it for each."""

import subprocess
import sys

import pytest

from tests.faults.client import Client
from tests.faults.system import ROOT, Cluster, System, system_on

TEMPLATE = "filled"


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/faults" in str(item.path):
            item.add_marker(pytest.mark.long)
            item.add_marker(pytest.mark.own_database)


@pytest.fixture(scope="session")
def cluster():
    cluster = Cluster()
    try:
        cluster.execute(f"CREATE DATABASE {TEMPLATE}")
        system = System(cluster, TEMPLATE)
        try:
            filled = subprocess.run(
                [sys.executable, "-m", "tests.faults.prepare"], env=system.environment, cwd=ROOT, check=False,
                capture_output=True, text=True, timeout=180,
            )  # fmt: skip
            assert filled.returncode == 0, filled.stderr[-3000:]
        finally:
            system.remove()
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture(scope="module")
def system(cluster):
    """A system of the module's own: a copy of the filled database, no process yet."""
    if not cluster.is_running():
        cluster.start()
    with system_on(cluster, TEMPLATE) as system:
        yield system


@pytest.fixture(scope="module")
def served(system):
    """The same with gunicorn in front of it."""
    system.serve()
    return system


@pytest.fixture
def officer(served):
    """A function that signs somebody in; all are signed out at the end."""
    signed_in = []

    def sign_in(username="inspector", **options):
        signed_in.append(Client(served.address, username, **options).sign_in())
        return signed_in[-1]

    yield sign_in
    for client in signed_in:
        client.http.close()
