"""Dossiers are found by part of a text: an index of what each tells, FTS5 on SQLite and GIN on PostgreSQL."""

import django.db.models.deletion
from django.db import migrations, models

SQLITE = [
    """
    CREATE VIRTUAL TABLE dossiers_search USING fts5(
        tokens, content='dossiers_lookup', content_rowid='dossier_id',
        tokenize='ascii', detail=none, columnsize=0
    )
    """,
    """
    CREATE TRIGGER dossiers_lookup_added AFTER INSERT ON dossiers_lookup BEGIN
        INSERT INTO dossiers_search(rowid, tokens) VALUES (new.dossier_id, new.tokens);
    END
    """,
    """
    CREATE TRIGGER dossiers_lookup_gone AFTER DELETE ON dossiers_lookup BEGIN
        INSERT INTO dossiers_search(dossiers_search, rowid, tokens)
        VALUES ('delete', old.dossier_id, old.tokens);
    END
    """,
    """
    CREATE TRIGGER dossiers_lookup_changed AFTER UPDATE OF tokens ON dossiers_lookup BEGIN
        INSERT INTO dossiers_search(dossiers_search, rowid, tokens)
        VALUES ('delete', old.dossier_id, old.tokens);
        INSERT INTO dossiers_search(rowid, tokens) VALUES (new.dossier_id, new.tokens);
    END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER dossiers_lookup_added",
    "DROP TRIGGER dossiers_lookup_gone",
    "DROP TRIGGER dossiers_lookup_changed",
    "DROP TABLE dossiers_search",
]
POSTGRESQL = [
    "ALTER TABLE dossiers_lookup ADD COLUMN found_by tsvector"
    " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(nullif(tokens, ''), ' '))) STORED",
    "CREATE INDEX dossiers_search ON dossiers_lookup USING gin (found_by)",
]
POSTGRESQL_BACK = ["DROP INDEX dossiers_search", "ALTER TABLE dossiers_lookup DROP COLUMN found_by"]


def _run(schema_editor, sqlite, postgresql):
    for statement in postgresql if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement, params=None)


def forwards(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


def backwards(apps, schema_editor):
    _run(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


def fill(apps, schema_editor):
    from xinheng.base.kernel.folding import tokens
    from xinheng.facts.dossiers.finding import head_of

    lookup = apps.get_model("dossiers", "Lookup")
    rows = apps.get_model("dossiers", "Dossier").objects.values_list("pk", "no", "title", "subject", "facts")
    some = []
    for pk, *told in rows.iterator(2_000):
        folded = head_of(*told)
        some.append(lookup(dossier_id=pk, folded=folded, tokens=" ".join(sorted(tokens(folded)))))
        if len(some) == 2_000:
            lookup.objects.bulk_create(some)
            some = []
    lookup.objects.bulk_create(some)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0002_initial")]
    operations = [
        migrations.CreateModel(
            name="Lookup",
            fields=[
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="+",
                        serialize=False, to="dossiers.dossier",
                    ),
                ),
                ("folded", models.TextField()),
                ("tokens", models.TextField()),
            ],
        ),
        migrations.RunPython(forwards, backwards),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
