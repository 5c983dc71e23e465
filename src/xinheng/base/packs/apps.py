from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "xinheng.base.packs"
    label = "packs"
    verbose_name = "Policy packs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Drafts of policies go through a chain of approval; what follows is this room's."""
        from xinheng.base.approvals import services as approvals
        from xinheng.base.packs import approving

        approvals.own(approving.KIND, approving.after_decision, approving.before_decision)
