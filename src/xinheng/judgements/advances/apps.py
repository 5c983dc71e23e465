from django.apps import AppConfig


class AdvancesConfig(AppConfig):
    name = "xinheng.judgements.advances"
    label = "advances"
    verbose_name = "Advances"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The policy on advances is this room's, and so is what the chain decides on requests and changes."""
        from xinheng.base.approvals import services as approvals
        from xinheng.base.packs import services as packs
        from xinheng.judgements.advances import changing, deciding, policy

        packs.own(policy.KIND, policy.check)
        approvals.own("advance", deciding.follow, deciding.look_ahead)
        approvals.own("advance_change", changing.follow, changing.look_ahead)
