from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "xinheng.judgements.policies"
    label = "policies"
    verbose_name = "Policies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Rating policies are this room's: whoever adopts one has it checked here first."""
        from xinheng.base.packs import services as packs
        from xinheng.judgements.policies import services

        packs.own("rating", services.check)
