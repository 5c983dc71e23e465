from django.apps import AppConfig


class SecrecyConfig(AppConfig):
    name = "xinheng.base.secrecy"
    label = "secrecy"
    verbose_name = "Secrecy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The document of grades is this room's, and changes of grades on their way."""
        from xinheng.base.approvals import services as approvals
        from xinheng.base.packs import services as packs
        from xinheng.base.secrecy import changing, scheme

        packs.own(scheme.KIND, scheme.check)
        approvals.own(changing.APPROVAL, changing.follow)
