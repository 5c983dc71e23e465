from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "xinheng.operations.collection"
    label = "collection"
    verbose_name = "Collection"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Policy and clocks are this room's; old debts stop goods on credit, suits hold papers."""
        from xinheng.base.packs import services as packs
        from xinheng.facts.orders import values as orders
        from xinheng.facts.retention import services as retention
        from xinheng.judgements.warnings import services as warnings
        from xinheng.operations.collection import gate, pending, policy, warned

        packs.own(policy.KIND, policy.check)
        retention.own_state("lawsuit", pending.lawsuits)
        warnings.own(warned.SOURCE, warned.ending_clocks)
        orders.about_to.connect(gate.watch, dispatch_uid="collection")
        orders.leaving.connect(gate.watch_many, dispatch_uid="collection")
