from django.apps import AppConfig


class TextsConfig(AppConfig):
    name = "xinheng.facts.texts"
    label = "texts"
    verbose_name = "Texts"
    default_auto_field = "django.db.models.BigAutoField"
