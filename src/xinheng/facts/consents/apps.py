from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    name = "xinheng.facts.consents"
    label = "consents"
    verbose_name = "Consents"
    default_auto_field = "django.db.models.BigAutoField"
