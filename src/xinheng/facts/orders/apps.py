from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "xinheng.facts.orders"
    label = "orders"
    verbose_name = "Orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What a bill billed of an order follows the bill when it is voided or corrected."""
        from xinheng.facts.orders.billing import follow
        from xinheng.facts.receivables.values import bill_replaced

        bill_replaced.connect(follow, dispatch_uid="orders")
