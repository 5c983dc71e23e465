from django.apps import AppConfig


class SecrecyConfig(AppConfig):
    name = "xinheng.base.secrecy"
    label = "secrecy"
    verbose_name = "Secrecy"
    default_auto_field = "django.db.models.BigAutoField"
