from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "xinheng.judgements.matching"
    label = "matching"
    verbose_name = "Matching"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The rules of cash application are this room's."""
        from xinheng.base.packs import services as packs
        from xinheng.judgements.matching import policy

        packs.own(policy.KIND, policy.check)
