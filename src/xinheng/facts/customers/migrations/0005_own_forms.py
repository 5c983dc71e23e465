"""A survey remembers the very version of its form."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_evidence")]

    operations = [
        migrations.AddField(
            model_name="survey",
            name="form_sha256",
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
