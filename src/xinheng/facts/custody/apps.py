from django.apps import AppConfig


class CustodyConfig(AppConfig):
    name = "xinheng.facts.custody"
    label = "custody"
    verbose_name = "Custody"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Schemes of hand-overs and rules of custody are this room's."""
        from xinheng.base.packs import services as packs
        from xinheng.facts.custody import policy

        packs.own(policy.HANDOVERS, policy.check_handovers)
        packs.own(policy.CUSTODY, policy.check_custody)
