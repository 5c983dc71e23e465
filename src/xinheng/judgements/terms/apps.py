from django.apps import AppConfig


class TermsConfig(AppConfig):
    name = "xinheng.judgements.terms"
    label = "terms"
    verbose_name = "Terms"
    default_auto_field = "django.db.models.BigAutoField"
