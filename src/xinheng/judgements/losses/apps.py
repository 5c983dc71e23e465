from django.apps import AppConfig


class LossesConfig(AppConfig):
    name = "xinheng.judgements.losses"
    label = "losses"
    verbose_name = "Losses"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The documents on losses and targets are this room's to read."""
        from xinheng.base.approvals import services as approvals
        from xinheng.base.packs import services as packs
        from xinheng.judgements.losses import allowing, policy

        packs.own(policy.MATRIX, policy.check_matrix)
        packs.own(policy.TARGETS, policy.check_targets)
        approvals.own(allowing.KIND, allowing.follow, allowing.look_ahead)
