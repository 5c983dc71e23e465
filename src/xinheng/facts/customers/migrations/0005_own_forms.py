"""A survey remembers the very version of its form, and what its review looked at."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_evidence")]

    operations = [
        migrations.AddField(
            model_name="survey",
            name="form_sha256",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="survey",
            name="looked_at",
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name="survey",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "open"),
                    ("handed_in", "handed in"),
                    ("accepted", "accepted"),
                    ("filed", "filed"),
                    ("rejected", "rejected"),
                    ("not_answered", "not answered"),
                ],
                default="open",
                max_length=12,
            ),
        ),
    ]
