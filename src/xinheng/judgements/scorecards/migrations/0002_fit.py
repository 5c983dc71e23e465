from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scorecards", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Fit",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("name", models.CharField(max_length=120)),
                ("file_name", models.CharField(max_length=200)),
                ("table_path", models.CharField(max_length=300)),
                ("asked", models.JSONField(default=dict)),
                ("state", models.CharField(default="open", max_length=10)),
                ("done", models.IntegerField(default=0)),
                ("total", models.IntegerField(default=0)),
                ("cause", models.CharField(max_length=500)),
                ("report", models.JSONField(default=dict)),
                ("document", models.TextField()),
                ("added_by", models.CharField(max_length=150)),
                ("added_on", models.DateField()),
            ],
            options={"ordering": ["-id"]},
        ),
    ]
