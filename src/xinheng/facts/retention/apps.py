from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "xinheng.facts.retention"
    label = "retention"
    verbose_name = "Retention"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Schedules are this room's, and lists on their way; it says what holds papers and what is gone."""
        from xinheng.base.approvals import services as approvals
        from xinheng.base.packs import services as packs
        from xinheng.facts.retention import destroying, gone, holding, listing, schedule, states

        packs.own(schedule.KIND, schedule.check)
        approvals.own(listing.APPROVAL, listing.follow, before=listing.before_decision)
        holding.own_state("open_money", states.open_money)
        holding.own_state("dispute", states.open_disputes)
        holding.own_state("contract", states.living_contracts)
        gone.own_gone("paper", destroying.wipe_again, destroying.entries)
