from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "xinheng.judgements.limits"
    label = "limits"
    verbose_name = "Limits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Check policies are this room's; what facts move is kept here, and goods leave by its gate."""
        from xinheng.base.packs import services as packs
        from xinheng.facts.orders import values as orders
        from xinheng.facts.receivables import values as receivables
        from xinheng.judgements.limits import gate, keeping, policy

        packs.own(policy.KIND, policy.check)
        receivables.moved.connect(keeping.keep, dispatch_uid="limits")
        orders.moved.connect(keeping.keep, dispatch_uid="limits")
        orders.about_to.connect(gate.watch, dispatch_uid="limits")
