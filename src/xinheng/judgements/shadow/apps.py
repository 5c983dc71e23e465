from django.apps import AppConfig


class ShadowConfig(AppConfig):
    name = "xinheng.judgements.shadow"
    label = "shadow"
    verbose_name = "Shadow"
    default_auto_field = "django.db.models.BigAutoField"
