from django.apps import AppConfig


class FinancialsConfig(AppConfig):
    name = "xinheng.facts.financials"
    label = "financials"
    verbose_name = "Financials"
    default_auto_field = "django.db.models.BigAutoField"
