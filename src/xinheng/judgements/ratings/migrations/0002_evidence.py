"""Answers know their channel, their survey and whether they were examined."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0004_evidence'),
        ('ratings', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='assessment',
            name='channel',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='assessment',
            name='survey',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.survey'),
        ),
        migrations.AddField(
            model_name='assessment',
            name='verification',
            field=models.CharField(default='declared', max_length=10),
        ),
        migrations.AddField(
            model_name='assessment',
            name='verified_by',
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name='assessment',
            name='verified_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='assessment',
            name='verified_why',
            field=models.CharField(blank=True, max_length=300),
        ),
    ]
