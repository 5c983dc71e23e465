from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "xinheng.judgements.processes"
    label = "processes"
    verbose_name = "Processes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Process definitions are this room's: whoever adopts one has it checked here first."""
        from xinheng.base.packs import services as packs
        from xinheng.judgements.processes import defining

        packs.own(defining.KIND, defining.check)
