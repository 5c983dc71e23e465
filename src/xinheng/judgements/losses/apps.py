from django.apps import AppConfig


class LossesConfig(AppConfig):
    name = "xinheng.judgements.losses"
    label = "losses"
    verbose_name = "Losses"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """How losses are expected is this room's to read."""
        from xinheng.base.packs import services as packs
        from xinheng.judgements.losses import policy

        packs.own(policy.MATRIX, policy.check_matrix)
