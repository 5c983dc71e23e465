from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "xinheng.judgements.limits"
    label = "limits"
    verbose_name = "Limits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Check policies are this room's; what facts move is kept here, and goods leave by its gate."""
        from xinheng.base.packs import services as packs
        from xinheng.facts.instruments import values as instruments
        from xinheng.facts.intake import services as intake
        from xinheng.facts.orders import values as orders
        from xinheng.facts.receivables import values as receivables
        from xinheng.judgements.limits import batches, gate, keeping, policy

        packs.own(policy.KIND, policy.check)
        receivables.moved.connect(keeping.keep, dispatch_uid="limits")
        orders.moved.connect(keeping.keep, dispatch_uid="limits")
        instruments.moved.connect(keeping.keep, dispatch_uid="limits")
        orders.about_to.connect(gate.watch, dispatch_uid="limits")
        orders.leaving.connect(batches.watch, dispatch_uid="limits")
        intake.offer_poster("orders", batches.post_orders)
        intake.offer_poster("deliveries", batches.post_deliveries, batches.judge_deliveries)
        intake.offer_poster("limits", batches.post_limits, batches.judge_limits)
