from django.apps import AppConfig


class SecrecyConfig(AppConfig):
    name = "xinheng.base.secrecy"
    label = "secrecy"
    verbose_name = "Secrecy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The document of grades is this room's."""
        from xinheng.base.packs import services as packs
        from xinheng.base.secrecy import scheme

        packs.own(scheme.KIND, scheme.check)
