"""A second file of the same organisation code is found by index."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0002_search_index'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['org_code'], name='customers_c_org_cod_cf0de7_idx'),
        ),
    ]
