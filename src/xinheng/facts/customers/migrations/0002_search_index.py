"""The index a search asks: FTS5 on SQLite, kept up by triggers, and GIN on PostgreSQL."""

from django.db import migrations

SQLITE = [
    """
    CREATE VIRTUAL TABLE customers_search USING fts5(
        tokens, content='customers_searchentry', content_rowid='customer_id',
        tokenize="ascii tokenchars '.'", detail=none, columnsize=0
    )
    """,
    """
    CREATE TRIGGER customers_searchentry_added AFTER INSERT ON customers_searchentry BEGIN
        INSERT INTO customers_search(rowid, tokens) VALUES (new.customer_id, new.tokens);
    END
    """,
    """
    CREATE TRIGGER customers_searchentry_gone AFTER DELETE ON customers_searchentry BEGIN
        INSERT INTO customers_search(customers_search, rowid, tokens) VALUES ('delete', old.customer_id, old.tokens);
    END
    """,
    """
    CREATE TRIGGER customers_searchentry_changed AFTER UPDATE OF tokens ON customers_searchentry BEGIN
        INSERT INTO customers_search(customers_search, rowid, tokens) VALUES ('delete', old.customer_id, old.tokens);
        INSERT INTO customers_search(rowid, tokens) VALUES (new.customer_id, new.tokens);
    END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER customers_searchentry_added",
    "DROP TRIGGER customers_searchentry_gone",
    "DROP TRIGGER customers_searchentry_changed",
    "DROP TABLE customers_search",
]
POSTGRESQL = [
    # kept, not computed by the index alone: where many rows fit, the planner reads rows and stops early
    "ALTER TABLE customers_searchentry ADD COLUMN found_by tsvector"
    " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(trim(tokens), ' '))) STORED",
    "CREATE INDEX customers_search ON customers_searchentry USING gin (found_by)",
    # hits are judged by their number, so the planner must know how frequent each token is
    "ALTER TABLE customers_searchentry ALTER COLUMN found_by SET STATISTICS 1000",
]
POSTGRESQL_BACK = ["DROP INDEX customers_search", "ALTER TABLE customers_searchentry DROP COLUMN found_by"]


def _run(schema_editor, sqlite, postgresql):
    for statement in postgresql if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement, params=None)


def forwards(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


def backwards(apps, schema_editor):
    _run(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
