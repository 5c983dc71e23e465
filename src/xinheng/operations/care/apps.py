from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "xinheng.operations.care"
    label = "care"
    verbose_name = "Care"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The rules of letters, contacts and service are this room's; complaints hold papers."""
        from xinheng.base.packs import services as packs
        from xinheng.facts.retention import services as retention
        from xinheng.operations.care import counting, policy

        packs.own(policy.KIND, policy.check)
        retention.own_state("complaint", counting.complaints)
