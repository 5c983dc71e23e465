from django.apps import AppConfig


class CustodyConfig(AppConfig):
    name = "xinheng.facts.custody"
    label = "custody"
    verbose_name = "Custody"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Schemes and rules are this room's, and so is what becomes of slips and appointments."""
        from xinheng.base.approvals import services as approvals
        from xinheng.base.packs import services as packs
        from xinheng.facts.custody import keeping, placing, policy, slips
        from xinheng.facts.dossiers.values import paper_gone

        packs.own(policy.HANDOVERS, policy.check_handovers)
        packs.own(policy.CUSTODY, policy.check_custody)
        approvals.own(slips.KIND, slips.follow, slips.look_ahead)
        approvals.own(keeping.KIND, keeping.follow)
        paper_gone.connect(placing.follow_paper, dispatch_uid="custody")
