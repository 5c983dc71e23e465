from django.apps import AppConfig


class ArrearsConfig(AppConfig):
    name = "xinheng.judgements.arrears"
    label = "arrears"
    verbose_name = "Arrears"
    default_auto_field = "django.db.models.BigAutoField"
