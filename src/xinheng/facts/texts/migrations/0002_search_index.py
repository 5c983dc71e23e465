"""The index a search asks: FTS5 on SQLite, kept up by triggers, and GIN on PostgreSQL."""

from django.db import migrations

SQLITE = [
    """
    CREATE VIRTUAL TABLE texts_search USING fts5(
        tokens, content='texts_entry', content_rowid='paper_id',
        tokenize='ascii', detail=none, columnsize=0
    )
    """,
    """
    CREATE TRIGGER texts_entry_added AFTER INSERT ON texts_entry BEGIN
        INSERT INTO texts_search(rowid, tokens) VALUES (new.paper_id, new.tokens);
    END
    """,
    """
    CREATE TRIGGER texts_entry_gone AFTER DELETE ON texts_entry BEGIN
        INSERT INTO texts_search(texts_search, rowid, tokens) VALUES ('delete', old.paper_id, old.tokens);
    END
    """,
    """
    CREATE TRIGGER texts_entry_changed AFTER UPDATE OF tokens ON texts_entry BEGIN
        INSERT INTO texts_search(texts_search, rowid, tokens) VALUES ('delete', old.paper_id, old.tokens);
        INSERT INTO texts_search(rowid, tokens) VALUES (new.paper_id, new.tokens);
    END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER texts_entry_added",
    "DROP TRIGGER texts_entry_gone",
    "DROP TRIGGER texts_entry_changed",
    "DROP TABLE texts_search",
]
POSTGRESQL = [
    # kept, not computed by the index alone: where many rows fit, the planner reads rows and stops early
    "ALTER TABLE texts_entry ADD COLUMN found_by tsvector"
    " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(nullif(tokens, ''), ' '))) STORED",
    "CREATE INDEX texts_search ON texts_entry USING gin (found_by)",
    # hits are judged by their number, so the planner must know how frequent each token is
    "ALTER TABLE texts_entry ALTER COLUMN found_by SET STATISTICS 1000",
]
POSTGRESQL_BACK = ["DROP INDEX texts_search", "ALTER TABLE texts_entry DROP COLUMN found_by"]


def _run(schema_editor, sqlite, postgresql):
    for statement in postgresql if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement, params=None)


def forwards(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


def backwards(apps, schema_editor):
    _run(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("texts", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
