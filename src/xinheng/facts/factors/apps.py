from django.apps import AppConfig


class FactorsConfig(AppConfig):
    name = "xinheng.facts.factors"
    label = "factors"
    verbose_name = "Outside factors"
    default_auto_field = "django.db.models.BigAutoField"
