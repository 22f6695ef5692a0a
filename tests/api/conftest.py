import pytest
from rest_framework.test import APIClient

from entities.models import ApiToken


@pytest.fixture
def call(world):
    """An API client signed in by token as the named officer, `call("clerk")`; with scopes, by a token that opens only those."""

    def as_officer(name, scopes=("read", "write", "export")):
        client = APIClient()
        _token, text = ApiToken.issue(getattr(world, name), name="test", scopes=list(scopes), days=1)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
        return client

    return as_officer
