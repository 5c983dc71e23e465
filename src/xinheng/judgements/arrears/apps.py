from django.apps import AppConfig


class ArrearsConfig(AppConfig):
    name = "xinheng.judgements.arrears"
    label = "arrears"
    verbose_name = "Arrears"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The rules of late payment are this room's to read."""
        from xinheng.base.packs import services as packs
        from xinheng.judgements.arrears import policy

        packs.own(policy.KIND, policy.check)
