from django.apps import AppConfig


class DemandConfig(AppConfig):
    name = "xinheng.judgements.demand"
    label = "demand"
    verbose_name = "Demand forecasts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The rules of demand forecasting are this room's to read."""
        from xinheng.base.packs import services as packs
        from xinheng.judgements.demand import policy

        packs.own(policy.KIND, policy.check)
