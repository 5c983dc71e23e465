from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "xinheng.operations.duties"
    label = "duties"
    verbose_name = "Duties"
    default_auto_field = "django.db.models.BigAutoField"
