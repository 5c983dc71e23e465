from django.apps import AppConfig


class ConfirmationsConfig(AppConfig):
    name = "xinheng.operations.confirmations"
    label = "confirmations"
    verbose_name = "Confirmations"
    default_auto_field = "django.db.models.BigAutoField"
