from django.apps import AppConfig


class MeteringConfig(AppConfig):
    name = "xinheng.facts.metering"
    label = "metering"
    verbose_name = "Metering"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The rules of measuring are this room's, and it forgets with whoever is erased."""
        from xinheng.base.packs import services as packs
        from xinheng.facts.metering import forgetting, policy
        from xinheng.facts.privacy import services as privacy

        packs.own(policy.KIND, policy.check)
        privacy.forget_with(forgetting.forget)
