"""Django's migrate; an empty database is laid at once instead of step by step."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from xinheng.base.kernel import laying

STEPWISE = ("app_label", "migration_name", "fake", "fake_initial", "plan", "check_unapplied", "prune")


class Command(migrate.Command):
    """Bring a database to this version."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Lay an empty database, then go on as Django does; asked for certain steps, take just these."""
        connection = connections[options["database"]]
        if not any(options.get(name) for name in STEPWISE) and laying.is_empty(connection):
            laying.lay(connection)
        super().handle(*args, **options)
