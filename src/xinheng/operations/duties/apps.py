from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "xinheng.operations.duties"
    label = "duties"
    verbose_name = "Duties"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Calendars of reports, fines, lists of duties and steps of escalation are this room's."""
        from xinheng.base.packs import services as packs
        from xinheng.operations.duties import policy

        packs.own(policy.REPORTS, policy.check_reports)
        packs.own(policy.FINES, policy.check_fines)
        packs.own(policy.LISTS, policy.check_lists)
        packs.own(policy.ESCALATION, policy.check_escalation)
