from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "xinheng.base.packs"
    label = "packs"
    verbose_name = "Policy packs"
    default_auto_field = "django.db.models.BigAutoField"
