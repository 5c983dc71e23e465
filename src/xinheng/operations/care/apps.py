from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "xinheng.operations.care"
    label = "care"
    verbose_name = "Care"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The rules of letters, contacts and service are this room's."""
        from xinheng.base.packs import services as packs
        from xinheng.operations.care import policy

        packs.own(policy.KIND, policy.check)
