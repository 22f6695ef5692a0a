"""Fill a new database with the small city, one of each kind of record, and a token for each role: prints user name and token.

`python -m tests.attack.prepare SCHEMA` also writes there what the API says of itself.
"""

import sys

import django

ROLES = ("inspector", "manager", "clerk", "leader", "discipline", "administrator")


def prepare(schema):
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from entities.models import ApiToken
    from tests.access.city import HERE, build_access_city
    from tests.search_column import make_search_column
    from tests.world import build_world

    call_command("spectacular", format="openapi-json", file=schema)
    call_command("migrate", run_syncdb=True, verbosity=0)
    make_search_column(connection)
    with transaction.atomic():
        build_world()
        city = build_access_city()
        for role in ROLES:
            officer = city.people[role, HERE]
            _token, text = ApiToken.issue(officer, name="attack", scopes=["read", "write", "export"], days=2)
            print(officer.username, text)


if __name__ == "__main__":
    prepare(sys.argv[1])
