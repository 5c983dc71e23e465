from django.apps import AppConfig


class ConfirmationsConfig(AppConfig):
    name = "xinheng.operations.confirmations"
    label = "confirmations"
    verbose_name = "Confirmations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Documents of ageing buckets are this room's, and so are sealed letters that go by e-mail."""
        from xinheng.base.messages import services as messages
        from xinheng.base.packs import services as packs
        from xinheng.operations.confirmations import buckets, sending

        packs.own(buckets.KIND, buckets.check)
        messages.offer_paper(sending.PAPER, sending.sealed_paper)
