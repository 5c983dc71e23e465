from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "xinheng.facts.contracts"
    label = "contracts"
    verbose_name = "Contracts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The rules and templates are this room's, and so is what follows the countersigning."""
        from xinheng.base.approvals import services as approvals
        from xinheng.base.packs import services as packs
        from xinheng.facts.contracts import checking, policy

        packs.own(policy.KIND, policy.check)
        packs.own(policy.TEMPLATE, policy.check_template)
        approvals.own(checking.KIND, checking.follow, checking.look_ahead)
