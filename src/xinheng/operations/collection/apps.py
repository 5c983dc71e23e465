from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "xinheng.operations.collection"
    label = "collection"
    verbose_name = "Collection"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The policy on collection is this room's."""
        from xinheng.base.packs import services as packs
        from xinheng.operations.collection import policy

        packs.own(policy.KIND, policy.check)
