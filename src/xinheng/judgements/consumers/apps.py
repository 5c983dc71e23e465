from django.apps import AppConfig


class ConsumersConfig(AppConfig):
    name = "xinheng.judgements.consumers"
    label = "consumers"
    verbose_name = "Consumer risk"
    default_auto_field = "django.db.models.BigAutoField"
