from django.apps import AppConfig


class TheftConfig(AppConfig):
    name = "xinheng.judgements.theft"
    label = "theft"
    verbose_name = "Suspected theft"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The document of detectors is this room's to read."""
        from xinheng.base.packs import services as packs
        from xinheng.judgements.theft import policy

        packs.own(policy.KIND, policy.check)
