from django.apps import AppConfig


class DisputesConfig(AppConfig):
    name = "xinheng.facts.disputes"
    label = "disputes"
    verbose_name = "Disputes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The rules of disputes are this room's; what is contested of a bill follows its correction."""
        from xinheng.base.packs import services as packs
        from xinheng.facts.disputes import pausing, policy
        from xinheng.facts.receivables.values import bill_replaced

        packs.own(policy.KIND, policy.check)
        bill_replaced.connect(pausing.follow_bill, dispatch_uid="disputes")
