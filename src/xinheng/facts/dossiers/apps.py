from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "xinheng.facts.dossiers"
    label = "dossiers"
    verbose_name = "Dossiers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The kinds of dossiers and the rule of their numbers are this room's."""
        from xinheng.base.packs import services as packs
        from xinheng.facts.dossiers import policy

        packs.own(policy.KIND, policy.check)
        packs.own(policy.NUMBERS, policy.check_numbers)
