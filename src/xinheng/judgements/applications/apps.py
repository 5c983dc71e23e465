from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "xinheng.judgements.applications"
    label = "applications"
    verbose_name = "Applications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Rules of applying are this room's, and so is what follows when an application is decided."""
        from xinheng.base.approvals import services as approvals
        from xinheng.base.packs import services as packs
        from xinheng.judgements.applications import applying, batching, deciding, defining

        packs.own(defining.KIND, defining.check)
        approvals.own(applying.KIND, deciding.follow, deciding.look_ahead)
        approvals.own(batching.KIND, batching.follow, batching.look_ahead)
