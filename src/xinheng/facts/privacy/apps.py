from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "xinheng.facts.privacy"
    label = "privacy"
    verbose_name = "Privacy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The privacy documents are this room's; what other rooms would keep of a person is looked at."""
        from xinheng.base.access import services as access
        from xinheng.base.packs import services as packs
        from xinheng.facts.customers.values import person_offered
        from xinheng.facts.privacy import caring, policy, reapplying, receiving
        from xinheng.facts.retention import services as retention

        packs.own(policy.KIND, policy.check)
        access.withhold("sensitive.read", caring.is_untrained)
        person_offered.connect(receiving.look_at_offer, dispatch_uid="privacy")
        retention.own_gone(reapplying.KIND, reapplying.erase_again, reapplying.entries)
