from django.apps import AppConfig


class ReceivablesConfig(AppConfig):
    name = "xinheng.facts.receivables"
    label = "receivables"
    verbose_name = "Receivables"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The order of clearing and the signatures of write-offs are this room's documents."""
        from xinheng.base.packs import services as packs
        from xinheng.facts.receivables import policy

        packs.own(policy.CLEARING, policy.check_clearing)
        packs.own(policy.WRITE_OFF, policy.check_write_off)
