from django.apps import AppConfig


class TheftConfig(AppConfig):
    name = "xinheng.judgements.theft"
    label = "theft"
    verbose_name = "Suspected theft"
    default_auto_field = "django.db.models.BigAutoField"
