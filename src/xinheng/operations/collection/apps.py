from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "xinheng.operations.collection"
    label = "collection"
    verbose_name = "Collection"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The policy on collection and clocks that end are this room's; old debts stop goods on credit."""
        from xinheng.base.packs import services as packs
        from xinheng.facts.orders import values as orders
        from xinheng.judgements.warnings import services as warnings
        from xinheng.operations.collection import gate, policy, warned

        packs.own(policy.KIND, policy.check)
        warnings.own(warned.SOURCE, warned.ending_clocks)
        orders.about_to.connect(gate.watch, dispatch_uid="collection")
        orders.leaving.connect(gate.watch_many, dispatch_uid="collection")
