from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "xinheng.facts.dossiers"
    label = "dossiers"
    verbose_name = "Dossiers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The kinds of dossiers, the rule of their numbers and the grades of papers are this room's."""
        from xinheng.base.packs import services as packs
        from xinheng.base.secrecy import services as secrecy
        from xinheng.facts.dossiers import policy, regrading

        secrecy.own_graded("paper", regrading.PAPERS)
        secrecy.own_graded("dossier", regrading.DOSSIERS)
        packs.own(policy.KIND, policy.check)
        packs.own(policy.NUMBERS, policy.check_numbers)
