"""Surveys are signed and reviewed, investigations ordered, reports from the field kept."""

import django.db.models.deletion
from django.db import migrations, models


def sign_what_was_handed_in(apps, schema_editor):
    """Whoever had filled in a survey that was handed in answers for it."""
    surveys = apps.get_model('customers', 'Survey')
    handed_in = surveys.objects.filter(submitted_on__isnull=False)
    handed_in.update(signed_by=models.F('told_by'), state='handed_in')


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0003_org_code_index'),
    ]

    operations = [
        migrations.CreateModel(
            name='FieldReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('daily', 'daily'), ('urgent', 'urgent')], max_length=8)),
                ('text', models.CharField(max_length=1000)),
                ('told_by', models.CharField(max_length=150)),
                ('told_on', models.DateField()),
                ('read_by', models.CharField(blank=True, max_length=150)),
                ('read_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-told_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Investigation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by', models.CharField(choices=[('staff', 'staff'), ('agency', 'agency')], max_length=8)),
                ('assignee', models.CharField(max_length=150)),
                ('reason', models.CharField(max_length=300)),
                ('ordered_by', models.CharField(max_length=150)),
                ('ordered_on', models.DateField()),
                ('due_on', models.DateField()),
                ('state', models.CharField(choices=[('ordered', 'ordered'), ('done', 'done'), ('cancelled', 'cancelled')], default='ordered', max_length=10)),
                ('done_on', models.DateField(blank=True, null=True)),
                ('report_on', models.DateField(blank=True, null=True)),
                ('cost_minor', models.BigIntegerField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['due_on', 'id'],
            },
        ),
        migrations.AddField(
            model_name='survey',
            name='facts',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='survey',
            name='filed_by',
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name='survey',
            name='filed_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='survey',
            name='questions',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='survey',
            name='reminded_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='survey',
            name='reminders',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='survey',
            name='returned_by',
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name='survey',
            name='returned_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='survey',
            name='returned_why',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='survey',
            name='review_note',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='survey',
            name='reviewed_by',
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name='survey',
            name='reviewed_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='survey',
            name='signed_by',
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name='survey',
            name='state',
            field=models.CharField(choices=[('open', 'open'), ('handed_in', 'handed in'), ('accepted', 'accepted'), ('filed', 'filed'), ('not_answered', 'not answered')], default='open', max_length=12),
        ),
        migrations.RunPython(sign_what_was_handed_in, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='customer',
            name='channel',
            field=models.CharField(choices=[('customer', 'given by the customer'), ('observation', 'contact and observation'), ('registry', 'industry-commerce, tax, bank, intermediaries'), ('own_dealings', 'own files and dealings'), ('agency', 'commissioned agency'), ('network', 'network centre'), ('public', 'other public channels'), ('mailed_form', 'form returned by mail'), ('phone_mail', 'telephone or e-mail'), ('bank', 'banks'), ('trade', 'customers or trade bodies'), ('colleagues', 'colleagues and affiliates, heard say'), ('press', 'press, heard say'), ('other', 'other')], default='own_dealings', max_length=20),
        ),
        migrations.AlterField(
            model_name='filefact',
            name='channel',
            field=models.CharField(choices=[('customer', 'given by the customer'), ('observation', 'contact and observation'), ('registry', 'industry-commerce, tax, bank, intermediaries'), ('own_dealings', 'own files and dealings'), ('agency', 'commissioned agency'), ('network', 'network centre'), ('public', 'other public channels'), ('mailed_form', 'form returned by mail'), ('phone_mail', 'telephone or e-mail'), ('bank', 'banks'), ('trade', 'customers or trade bodies'), ('colleagues', 'colleagues and affiliates, heard say'), ('press', 'press, heard say'), ('other', 'other')], max_length=20),
        ),
        migrations.AlterField(
            model_name='survey',
            name='channel',
            field=models.CharField(choices=[('customer', 'given by the customer'), ('observation', 'contact and observation'), ('registry', 'industry-commerce, tax, bank, intermediaries'), ('own_dealings', 'own files and dealings'), ('agency', 'commissioned agency'), ('network', 'network centre'), ('public', 'other public channels'), ('mailed_form', 'form returned by mail'), ('phone_mail', 'telephone or e-mail'), ('bank', 'banks'), ('trade', 'customers or trade bodies'), ('colleagues', 'colleagues and affiliates, heard say'), ('press', 'press, heard say'), ('other', 'other')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='survey',
            index=models.Index(fields=['state', 'form'], name='customers_s_state_33bca2_idx'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.CheckConstraint(condition=models.Q(('submitted_on__isnull', True), models.Q(('signed_by', ''), _negated=True), _connector='OR'), name='handed_in_surveys_are_signed'),
        ),
        migrations.AddField(
            model_name='fieldreport',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='investigation',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer'),
        ),
        migrations.AddIndex(
            model_name='fieldreport',
            index=models.Index(fields=['kind', 'read_on'], name='customers_f_kind_7a6384_idx'),
        ),
        migrations.AddIndex(
            model_name='investigation',
            index=models.Index(fields=['state', 'due_on'], name='customers_i_state_fd95c7_idx'),
        ),
        migrations.AddConstraint(
            model_name='investigation',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('ordered_on'))), name='investigation_due_after_order'),
        ),
        migrations.AddConstraint(
            model_name='investigation',
            constraint=models.CheckConstraint(condition=models.Q(('cost_minor__isnull', True), ('cost_minor__gte', 0), _connector='OR'), name='investigation_cost_from_zero'),
        ),
        migrations.AddConstraint(
            model_name='investigation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), ('report_on__isnull', False), _connector='OR'), name='investigation_done_has_a_report'),
        ),
    ]
