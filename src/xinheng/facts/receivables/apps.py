from django.apps import AppConfig


class ReceivablesConfig(AppConfig):
    name = "xinheng.facts.receivables"
    label = "receivables"
    verbose_name = "Receivables"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """This room's documents, and what follows the approval of a write-off."""
        from xinheng.base.approvals import services as approvals
        from xinheng.base.packs import services as packs
        from xinheng.facts.receivables import policy, writing_off

        packs.own(policy.CLEARING, policy.check_clearing)
        packs.own(policy.WRITE_OFF, policy.check_write_off)
        approvals.own(writing_off.KIND, writing_off.follow)
