from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "xinheng.operations.collection"
    label = "collection"
    verbose_name = "Collection"
    default_auto_field = "django.db.models.BigAutoField"
