from django.apps import AppConfig


class DunningConfig(AppConfig):
    name = "xinheng.operations.dunning"
    label = "dunning"
    verbose_name = "Dunning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Ladders are this room's; payment lifts what a level held back, a corrected bill keeps its level."""
        from xinheng.base.packs import services as packs
        from xinheng.facts.receivables import values as receivables
        from xinheng.operations.dunning import blocking, policy, rows

        packs.own(policy.KIND, policy.check)
        receivables.moved.connect(blocking.follow_payments, dispatch_uid="dunning")
        receivables.bill_replaced.connect(rows.follow_correction, dispatch_uid="dunning")
