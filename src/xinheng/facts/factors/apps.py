from django.apps import AppConfig


class FactorsConfig(AppConfig):
    name = "xinheng.facts.factors"
    label = "factors"
    verbose_name = "Outside factors"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The rules of outside factors are this room's."""
        from xinheng.base.packs import services as packs
        from xinheng.facts.factors import policy

        packs.own(policy.KIND, policy.check)
