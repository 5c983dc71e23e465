from django.apps import AppConfig


class AdvancesConfig(AppConfig):
    name = "xinheng.judgements.advances"
    label = "advances"
    verbose_name = "Advances"
    default_auto_field = "django.db.models.BigAutoField"
