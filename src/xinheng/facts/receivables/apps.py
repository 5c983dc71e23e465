from django.apps import AppConfig


class ReceivablesConfig(AppConfig):
    name = "xinheng.facts.receivables"
    label = "receivables"
    verbose_name = "Receivables"
    default_auto_field = "django.db.models.BigAutoField"
