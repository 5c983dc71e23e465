from django.apps import AppConfig


class ConsumersConfig(AppConfig):
    name = "xinheng.judgements.consumers"
    label = "consumers"
    verbose_name = "Consumer risk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Rules of consumer risk and of points are this room's to read."""
        from xinheng.base.packs import services as packs
        from xinheng.judgements.consumers import policy

        packs.own(policy.CONSUMERS, policy.check_consumers)
        packs.own(policy.POINTS, policy.check_points)
