from django.apps import AppConfig


class TermsConfig(AppConfig):
    name = "xinheng.judgements.terms"
    label = "terms"
    verbose_name = "Terms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Terms by grade and exceptions to them are this room's; some goods leave only once they are paid."""
        from xinheng.base.approvals import services as approvals
        from xinheng.base.packs import services as packs
        from xinheng.facts.contracts import values as contracts
        from xinheng.facts.orders import values as orders
        from xinheng.judgements.terms import contracting, excepting, gate, policy

        packs.own(policy.KIND, policy.check)
        approvals.own(excepting.KIND, excepting.follow, excepting.look_ahead)
        orders.about_to.connect(gate.watch, dispatch_uid="terms")
        contracts.about_to_sign.connect(contracting.watch, dispatch_uid="terms")
