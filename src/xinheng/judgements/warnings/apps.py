from django.apps import AppConfig


class WarningsConfig(AppConfig):
    name = "xinheng.judgements.warnings"
    label = "warnings"
    verbose_name = "Warnings"
    default_auto_field = "django.db.models.BigAutoField"
