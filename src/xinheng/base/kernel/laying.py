"""Laying an empty database: every table as the last migration leaves it, in one go.

Step by step, each of hundreds of operations builds the models of all rooms anew to change one of them: a
minute of reckoning, and on an empty database for nothing. The end is the same: the tables of the state that
the migrations lead to, then what the rooms' migrations do beside tables, as triggers and indexes of their own
(what libraries do there concerns rows, and there are none). A database that holds anything is migrated step
by step.
"""

from __future__ import annotations

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import RunPython, RunSQL


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    """Whether a database has no table at all."""
    return not connection.introspection.table_names()


def lay(connection: BaseDatabaseWrapper) -> None:
    """Make the tables of every migrated app and note all migrations as applied, or nothing at all."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    state = executor.loader.project_state()
    with connection.schema_editor(atomic=True) as editor:
        for model in state.apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        for migration, _backwards in plan:
            of_ours = apps.get_app_config(migration.app_label).name.startswith("xinheng.")
            for operation in migration.operations if of_ours else ():
                if isinstance(operation, RunPython | RunSQL):
                    operation.database_forwards(migration.app_label, editor, state, state)
        executor.recorder.ensure_schema()
        for migration, _backwards in plan:
            executor.recorder.record_applied(migration.app_label, migration.name)
