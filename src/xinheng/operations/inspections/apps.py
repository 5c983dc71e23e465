from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "xinheng.operations.inspections"
    label = "inspections"
    verbose_name = "Inspections"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The rules of inspection are this room's."""
        from xinheng.base.packs import services as packs
        from xinheng.operations.inspections import policy

        packs.own(policy.KIND, policy.check)
