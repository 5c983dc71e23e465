from django.apps import AppConfig


class ChargesConfig(AppConfig):
    name = "xinheng.operations.charges"
    label = "charges"
    verbose_name = "Charges"
    default_auto_field = "django.db.models.BigAutoField"
