from django.apps import AppConfig


class InstrumentsConfig(AppConfig):
    name = "xinheng.facts.instruments"
    label = "instruments"
    verbose_name = "Instruments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The rules of instruments are this room's."""
        from xinheng.base.packs import services as packs
        from xinheng.facts.instruments import policy

        packs.own(policy.KIND, policy.check)
