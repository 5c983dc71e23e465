from django.apps import AppConfig


class DemandConfig(AppConfig):
    name = "xinheng.judgements.demand"
    label = "demand"
    verbose_name = "Demand forecasts"
    default_auto_field = "django.db.models.BigAutoField"
