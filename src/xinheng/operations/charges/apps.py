from django.apps import AppConfig


class ChargesConfig(AppConfig):
    name = "xinheng.operations.charges"
    label = "charges"
    verbose_name = "Charges"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The document of charges is this room's; what was charged on a bill follows its correction."""
        from xinheng.base.packs import services as packs
        from xinheng.facts.receivables.values import bill_replaced
        from xinheng.operations.charges import policy, waiving

        packs.own(policy.KIND, policy.check)
        bill_replaced.connect(waiving.follow_bill, dispatch_uid="charges")
