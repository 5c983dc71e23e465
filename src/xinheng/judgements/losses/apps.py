from django.apps import AppConfig


class LossesConfig(AppConfig):
    name = "xinheng.judgements.losses"
    label = "losses"
    verbose_name = "Losses"
    default_auto_field = "django.db.models.BigAutoField"
