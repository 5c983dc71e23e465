from django.apps import AppConfig


class WarningsConfig(AppConfig):
    name = "xinheng.judgements.warnings"
    label = "warnings"
    verbose_name = "Warnings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The document of signals is this room's."""
        from xinheng.base.packs import services as packs
        from xinheng.judgements.warnings import policy

        packs.own(policy.KIND, policy.check)
