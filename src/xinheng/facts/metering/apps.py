from django.apps import AppConfig


class MeteringConfig(AppConfig):
    name = "xinheng.facts.metering"
    label = "metering"
    verbose_name = "Metering"
    default_auto_field = "django.db.models.BigAutoField"
