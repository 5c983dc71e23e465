from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "xinheng.judgements.matching"
    label = "matching"
    verbose_name = "Matching"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The rules of cash application are this room's, and how banks write their statements."""
        from xinheng.base.packs import services as packs
        from xinheng.judgements.matching import bank_files, policy

        packs.own(policy.KIND, policy.check)
        packs.own(bank_files.KIND, bank_files.check)
